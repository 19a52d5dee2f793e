"""Every layer, by name. A new layer is its own file and one line here."""

from __future__ import annotations

from specc.ir.operation import Operation
from specc.layers.abs import Abs
from specc.layers.adaptive_avgpool import AdaptiveAvgPool
from specc.layers.adaptive_maxpool import AdaptiveMaxPool
from specc.layers.add import Add
from specc.layers.amax import Amax
from specc.layers.amin import Amin
from specc.layers.arange import Arange
from specc.layers.argmax import Argmax
from specc.layers.attention import Attention
from specc.layers.avgpool import AvgPool
from specc.layers.batchnorm import BatchNorm
from specc.layers.cast import Cast
from specc.layers.ceil import Ceil
from specc.layers.celu import Celu
from specc.layers.clamp import Clamp
from specc.layers.concat import Concat
from specc.layers.conv import Conv
from specc.layers.conv_transpose import ConvTranspose
from specc.layers.cos import Cos
from specc.layers.cumsum import Cumsum
from specc.layers.div import Div
from specc.layers.dropout import Dropout
from specc.layers.einsum import Einsum
from specc.layers.elu import Elu
from specc.layers.embedding import Embedding
from specc.layers.equal import Equal
from specc.layers.erf import Erf
from specc.layers.exp import Exp
from specc.layers.expand import Expand
from specc.layers.flatten import Flatten
from specc.layers.floor import Floor
from specc.layers.full import Full
from specc.layers.gather import Gather
from specc.layers.gelu import Gelu
from specc.layers.global_avgpool import GlobalAvgPool
from specc.layers.global_maxpool import GlobalMaxPool
from specc.layers.glu import Glu
from specc.layers.greater import Greater
from specc.layers.greater_equal import GreaterEqual
from specc.layers.groupnorm import GroupNorm
from specc.layers.gru import Gru
from specc.layers.gru_cell import GruCell
from specc.layers.hard_sigmoid import HardSigmoid
from specc.layers.hard_swish import HardSwish
from specc.layers.hardshrink import Hardshrink
from specc.layers.hardtanh import Hardtanh
from specc.layers.identity import Identity
from specc.layers.instancenorm import InstanceNorm
from specc.layers.layernorm import LayerNorm
from specc.layers.leaky_relu import LeakyRelu
from specc.layers.less import Less
from specc.layers.less_equal import LessEqual
from specc.layers.linear import Linear
from specc.layers.log import Log
from specc.layers.log_sigmoid import LogSigmoid
from specc.layers.log_softmax import LogSoftmax
from specc.layers.logical_and import LogicalAnd
from specc.layers.logical_not import LogicalNot
from specc.layers.logical_or import LogicalOr
from specc.layers.lstm import Lstm
from specc.layers.lstm_cell import LstmCell
from specc.layers.matmul import Matmul
from specc.layers.maximum import Maximum
from specc.layers.maxpool import MaxPool
from specc.layers.mean import Mean
from specc.layers.minimum import Minimum
from specc.layers.mish import Mish
from specc.layers.mod import Mod
from specc.layers.mul import Mul
from specc.layers.multihead_attention import MultiheadAttention
from specc.layers.neg import Neg
from specc.layers.not_equal import NotEqual
from specc.layers.ones import Ones
from specc.layers.pad import Pad
from specc.layers.pow import Pow
from specc.layers.prelu import Prelu
from specc.layers.prod import Prod
from specc.layers.quick_gelu import QuickGelu
from specc.layers.reciprocal import Reciprocal
from specc.layers.relu import Relu
from specc.layers.relu6 import Relu6
from specc.layers.reshape import Reshape
from specc.layers.resize import Resize
from specc.layers.rmsnorm import RmsNorm
from specc.layers.rnn import Rnn
from specc.layers.round import Round
from specc.layers.rsqrt import Rsqrt
from specc.layers.selu import Selu
from specc.layers.sigmoid import Sigmoid
from specc.layers.sign import Sign
from specc.layers.silu import Silu
from specc.layers.sin import Sin
from specc.layers.size import Size
from specc.layers.slice import Slice
from specc.layers.softmax import Softmax
from specc.layers.softplus import Softplus
from specc.layers.softshrink import Softshrink
from specc.layers.softsign import Softsign
from specc.layers.split import Split
from specc.layers.sqrt import Sqrt
from specc.layers.square import Square
from specc.layers.squeeze import Squeeze
from specc.layers.stack import Stack
from specc.layers.sub import Sub
from specc.layers.sum import Sum
from specc.layers.swap import Swap
from specc.layers.tanh import Tanh
from specc.layers.tanhshrink import Tanhshrink
from specc.layers.threshold import Threshold
from specc.layers.tile import Tile
from specc.layers.transpose import Transpose
from specc.layers.unsqueeze import Unsqueeze
from specc.layers.upsample import Upsample
from specc.layers.where import Where
from specc.layers.zeros import Zeros

LAYERS: tuple[type[Operation], ...] = (
    Abs,
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    Add,
    Amax,
    Amin,
    Arange,
    Argmax,
    Attention,
    AvgPool,
    BatchNorm,
    Cast,
    Ceil,
    Celu,
    Clamp,
    Concat,
    Conv,
    ConvTranspose,
    Cos,
    Cumsum,
    Div,
    Dropout,
    Einsum,
    Elu,
    Embedding,
    Equal,
    Erf,
    Exp,
    Expand,
    Flatten,
    Floor,
    Full,
    Gather,
    Gelu,
    GlobalAvgPool,
    GlobalMaxPool,
    Glu,
    Greater,
    GreaterEqual,
    GroupNorm,
    Gru,
    GruCell,
    HardSigmoid,
    HardSwish,
    Hardshrink,
    Hardtanh,
    Identity,
    InstanceNorm,
    LayerNorm,
    LeakyRelu,
    Less,
    LessEqual,
    Linear,
    Log,
    LogSigmoid,
    LogSoftmax,
    LogicalAnd,
    LogicalNot,
    LogicalOr,
    Lstm,
    LstmCell,
    Matmul,
    MaxPool,
    Maximum,
    Mean,
    Minimum,
    Mish,
    Mod,
    Mul,
    MultiheadAttention,
    Neg,
    NotEqual,
    Ones,
    Pad,
    Pow,
    Prelu,
    Prod,
    QuickGelu,
    Reciprocal,
    Relu,
    Relu6,
    Reshape,
    Resize,
    RmsNorm,
    Rnn,
    Round,
    Rsqrt,
    Selu,
    Sigmoid,
    Sign,
    Silu,
    Sin,
    Size,
    Slice,
    Softmax,
    Softplus,
    Softshrink,
    Softsign,
    Split,
    Sqrt,
    Square,
    Squeeze,
    Stack,
    Sub,
    Sum,
    Swap,
    Tanh,
    Tanhshrink,
    Threshold,
    Tile,
    Transpose,
    Unsqueeze,
    Upsample,
    Where,
    Zeros,
)


def layers_by_name() -> dict[str, type[Operation]]:
    """The layers under the names that specs use."""
    return {layer.name: layer for layer in LAYERS}
