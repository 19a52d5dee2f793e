"""What the counters are asked about: single layers, and ten nets. Each stands as PyTorch and as a spec."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One layer: `module` is an expression in `nn`, or of a function in `F` and `torch`; `inputs` are shapes, of
    integers where the first letter is `i`; `spec` is the expression of a spec, over inputs `a`, `b`, `c`."""

    name: str
    module: str
    inputs: tuple[str, ...]
    spec: str


IMAGE, SMALL, ROWS, WORDS = "2,6,12,10", "2,6,12", "3,20", "2,5,12"
CASES = (
    Case("conv", "nn.Conv2d(6, 8, 3, stride=2, padding=1)", (IMAGE,), "a -> conv(8, 3, stride=2, padding=1)"),
    Case("conv without bias", "nn.Conv2d(6, 8, 3, bias=False)", (IMAGE,), "a -> conv(8, 3, bias=false)"),
    Case("conv in groups", "nn.Conv2d(6, 12, (3, 5), groups=3)", (IMAGE,), "a -> conv(12, (3, 5), groups=3)"),
    Case("depthwise conv", "nn.Conv2d(6, 6, 3, groups=6)", (IMAGE,), "a -> conv(6, 3, groups=6)"),
    Case("conv of one axis", "nn.Conv1d(6, 8, 3)", (SMALL,), "a -> conv(8, 3)"),
    Case("conv of three axes", "nn.Conv3d(3, 4, 2)", ("2,3,4,5,6",), "a -> conv(4, 2)"),
    Case(
        "transposed conv",
        "nn.ConvTranspose2d(6, 8, 3, stride=2)",
        (IMAGE,),
        "a -> conv_transpose(8, 3, stride=2)",
    ),
    Case(
        "transposed conv in groups",
        "nn.ConvTranspose2d(6, 9, 4, stride=2, padding=1, groups=3, bias=False)",
        (IMAGE,),
        "a -> conv_transpose(9, 4, stride=2, padding=1, groups=3, bias=false)",
    ),
    Case("linear of rows", "nn.Linear(20, 7)", (ROWS,), "a -> linear(7)"),
    Case("linear without bias", "nn.Linear(20, 7, bias=False)", (ROWS,), "a -> linear(7, bias=false)"),
    Case("linear of sequences", "nn.Linear(12, 7)", (WORDS,), "a -> linear(7)"),
    Case("batchnorm", "nn.BatchNorm2d(6)", (IMAGE,), "a -> batchnorm"),
    Case("batchnorm of one axis", "nn.BatchNorm1d(6)", (SMALL,), "a -> batchnorm"),
    Case("plain batchnorm", "nn.BatchNorm2d(6, affine=False)", (IMAGE,), "a -> batchnorm(affine=false)"),
    Case("layernorm", "nn.LayerNorm(12)", (WORDS,), "a -> layernorm"),
    Case("groupnorm", "nn.GroupNorm(3, 6)", (IMAGE,), "a -> groupnorm(3)"),
    Case("instancenorm", "nn.InstanceNorm2d(6, affine=True)", (IMAGE,), "a -> instancenorm(affine=true)"),
    Case("plain instancenorm", "nn.InstanceNorm2d(6)", (IMAGE,), "a -> instancenorm"),
    Case("rmsnorm", "nn.RMSNorm(12)", (WORDS,), "a -> rmsnorm"),
    Case("relu", "nn.ReLU()", (IMAGE,), "a -> relu"),
    Case("relu6", "nn.ReLU6()", (IMAGE,), "a -> relu6"),
    Case("leaky_relu", "nn.LeakyReLU()", (IMAGE,), "a -> leaky_relu"),
    Case("prelu", "nn.PReLU()", (IMAGE,), "a -> prelu"),
    Case("prelu of channels", "nn.PReLU(6)", (IMAGE,), "a -> prelu(6)"),
    Case("elu", "nn.ELU()", (IMAGE,), "a -> elu"),
    Case("gelu", "nn.GELU()", (WORDS,), "a -> gelu"),
    Case("silu", "nn.SiLU()", (WORDS,), "a -> silu"),
    Case("sigmoid", "nn.Sigmoid()", (WORDS,), "a -> sigmoid"),
    Case("tanh", "nn.Tanh()", (WORDS,), "a -> tanh"),
    Case("hard_swish", "nn.Hardswish()", (WORDS,), "a -> hard_swish"),
    Case("softmax", "nn.Softmax(-1)", (WORDS,), "a -> softmax"),
    Case("softmax of channels", "nn.Softmax(1)", (IMAGE,), "a -> softmax(axis=1)"),
    Case("log_softmax", "nn.LogSoftmax(-1)", (WORDS,), "a -> log_softmax"),
    Case("maxpool", "nn.MaxPool2d(3, 2)", (IMAGE,), "a -> maxpool(3, stride=2)"),
    Case("maxpool of one axis", "nn.MaxPool1d(2)", (SMALL,), "a -> maxpool(2)"),
    Case("avgpool", "nn.AvgPool2d(2)", (IMAGE,), "a -> avgpool(2)"),
    Case("avgpool of one axis", "nn.AvgPool1d(2)", (SMALL,), "a -> avgpool(2)"),
    Case("adaptive_avgpool", "nn.AdaptiveAvgPool2d((4, 5))", (IMAGE,), "a -> adaptive_avgpool((4, 5))"),
    Case("uneven adaptive_avgpool", "nn.AdaptiveAvgPool2d(7)", (IMAGE,), "a -> adaptive_avgpool(7)"),
    Case("global_avgpool", "nn.AdaptiveAvgPool2d(1)", (IMAGE,), "a -> global_avgpool"),
    Case("adaptive_maxpool", "nn.AdaptiveMaxPool2d((4, 5))", (IMAGE,), "a -> adaptive_maxpool((4, 5))"),
    Case("upsample", "nn.Upsample(scale_factor=2)", (IMAGE,), "a -> upsample(2)"),
    Case(
        "bilinear upsample",
        "nn.Upsample(scale_factor=2, mode='bilinear')",
        (IMAGE,),
        "a -> upsample(2, mode=bilinear)",
    ),
    Case("bicubic upsample", "nn.Upsample(scale_factor=2, mode='bicubic')", (IMAGE,), "a -> upsample(2, mode=bicubic)"),
    Case("upsample of one axis", "nn.Upsample(scale_factor=2)", (SMALL,), "a -> upsample(2)"),
    Case("embedding", "nn.Embedding(30, 12)", ("i2,5",), "a -> embedding(30, 12)"),
    Case("dropout", "nn.Dropout(0.5)", (WORDS,), "a -> dropout(0.5)"),
    Case("flatten", "nn.Flatten()", (IMAGE,), "a -> flatten"),
    Case("pixel_shuffle", "nn.PixelShuffle(2)", ("2,8,12,10",), "a -> pixel_shuffle(2)"),
    Case("rnn", "nn.RNN(12, 7, batch_first=True)", (WORDS,), "a -> rnn(7)"),
    Case("gru", "nn.GRU(12, 7, batch_first=True)", (WORDS,), "a -> gru(7)"),
    Case("lstm", "nn.LSTM(12, 7, batch_first=True)", (WORDS,), "a -> lstm(7)"),
    Case("lstm without bias", "nn.LSTM(12, 7, bias=False, batch_first=True)", (WORDS,), "a -> lstm(7, bias=false)"),
    Case(
        "two lstms both ways",
        "nn.LSTM(12, 7, num_layers=2, bidirectional=True, batch_first=True)",
        (WORDS,),
        "a -> lstm(7, num_layers=2, bidirectional=true)",
    ),
    Case(
        "two grus both ways",
        "nn.GRU(12, 7, num_layers=2, bidirectional=True, batch_first=True)",
        (WORDS,),
        "a -> gru(7, num_layers=2, bidirectional=true)",
    ),
    Case("projected lstm", "nn.LSTM(12, 7, proj_size=4, batch_first=True)", (WORDS,), "a -> lstm(7, proj_size=4)"),
    Case("rnn_cell", "nn.RNNCell(20, 7)", (ROWS,), "rnn_cell(a, zeros([3, 7]), 7)"),
    Case("gru_cell", "nn.GRUCell(20, 7)", (ROWS,), "gru_cell(a, zeros([3, 7]), 7)"),
    Case("lstm_cell", "nn.LSTMCell(20, 7)", (ROWS,), "lstm_cell(a, zeros([3, 7]), zeros([3, 7]), 7)[0]"),
    Case(
        "multihead_attention",
        "nn.MultiheadAttention(12, 3, batch_first=True)",
        (WORDS, "2,9,12", "2,9,12"),
        "multihead_attention(a, b, c, num_heads=3)",
    ),
    Case(
        "self attention",
        "SelfAttention(12, 3)",
        (WORDS,),
        "a -> multihead_attention(3)",
    ),
    Case(
        "self attention with even heads",
        "SelfAttention(12, 4)",
        (WORDS,),
        "a -> multihead_attention(4)",
    ),
    Case(
        "attention",
        "lambda a, b, c: F.scaled_dot_product_attention(a, b, c)",
        ("2,3,5,4", "2,3,9,4", "2,3,9,6"),
        "attention(a, b, c)",
    ),
    Case("matmul", "lambda a, b: a @ b", ("2,3,5,4", "2,3,4,7"), "matmul(a, b)"),
    Case("matmul with a matrix", "lambda a, b: a @ b", ("2,5,4", "4,7"), "matmul(a, b)"),
    Case("add", "lambda a, b: a + b", (WORDS, WORDS), "add(a, b)"),
    Case("mul with a row", "lambda a, b: a * b", (WORDS, "12"), "mul(a, b)"),
    Case("sub", "lambda a, b: a - b", (WORDS, WORDS), "sub(a, b)"),
    Case(
        "einsum",
        "lambda a, b: torch.einsum('bij,bjk->bik', a, b)",
        ("2,5,4", "2,4,7"),
        "einsum(a, b, equation='bij,bjk->bik')",
    ),
    Case("mean", "lambda a: a.mean(1)", (WORDS,), "a -> mean(1)"),
    Case("bilinear", "nn.Bilinear(5, 4, 3)", ("2,5", "2,4"), "bilinear(a, b, out=3)"),
)
NETS = {
    "resnet50": "torchvision.models.resnet50()",
    "vgg16": "torchvision.models.vgg16()",
    "mobilenet_v2": "torchvision.models.mobilenet_v2()",
    "densenet121": "torchvision.models.densenet121()",
    "inception_v3": "torchvision.models.inception_v3(aux_logits=False, init_weights=False)",
    "efficientnet_b0": "torchvision.models.efficientnet_b0()",
    "vit_b_16": "torchvision.models.vit_b_16()",
    "bert_base": "transformers.BertModel(transformers.BertConfig(attn_implementation='sdpa'))",
    "gpt2": "transformers.GPT2LMHeadModel(transformers.GPT2Config(attn_implementation='sdpa', use_cache=False))",
    "bilstm": "nn.LSTM(128, 256, bidirectional=True, batch_first=True)",
}
"""By the name in the zoo: what makes the published PyTorch model."""
POOLS = "the published model pools by a function, or has a pool that does nothing at this size"
FUNCTIONS = "the published model pools, activates or gates by functions"
CONV1D = "its linear layers are a class of transformers' own, which calls `addmm`"
PUBLISHED_OTHERWISE = {
    ("vgg16", "fvcore"): POOLS,
    ("vgg16", "thop"): POOLS,
    ("vgg16", "ptflops"): POOLS,
    ("mobilenet_v2", "thop"): POOLS,
    ("mobilenet_v2", "ptflops"): POOLS,
    ("densenet121", "thop"): POOLS,
    ("densenet121", "ptflops"): FUNCTIONS,
    ("inception_v3", "thop"): POOLS,
    ("inception_v3", "ptflops"): FUNCTIONS,
    ("bert_base", "ptflops"): FUNCTIONS,
    ("bert_base", "torchinfo"): "positions and types are embedded once for the batch",
    ("gpt2", "thop"): CONV1D,
    ("gpt2", "ptflops"): CONV1D,
    ("gpt2", "torchinfo"): f"{CONV1D}, and its name has `Conv` in it: counted as a convolution over 768 positions",
}
"""Nets and counters for which the number depends on how the published model is written, beyond what a spec tells."""
