"""PyTorch nets for sequences, written from the papers, with the published implementations' names."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Elman(nn.Module):
    """Sigmoid units that read their own last values, through an output of sigmoid units."""

    def __init__(self, size: int, hidden: int, out: int) -> None:
        super().__init__()
        self.hidden = nn.Module()
        self.hidden.weight_ih_l0 = nn.Parameter(torch.randn(hidden, size))
        self.hidden.weight_hh_l0 = nn.Parameter(torch.randn(hidden, hidden))
        self.hidden.bias_l0 = nn.Parameter(torch.randn(hidden))
        self.out = nn.Linear(hidden, out)

    def forward(self, x: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        h, found, units = context[0], [], self.hidden
        for step in x.unbind(1):
            h = torch.sigmoid(step @ units.weight_ih_l0.T + h @ units.weight_hh_l0.T + units.bias_l0)
            found.append(torch.sigmoid(self.out(h)))
        return torch.stack(found, 1), h[None]


class Jordan(nn.Module):
    """Sigmoid units that read the last output."""

    def __init__(self, size: int, hidden: int, out: int) -> None:
        super().__init__()
        self.units = nn.Module()
        self.units.weight_ih_l0 = nn.Parameter(torch.randn(hidden, size))
        self.units.weight_oh_l0 = nn.Parameter(torch.randn(hidden, out))
        self.units.bias_h_l0 = nn.Parameter(torch.randn(hidden))
        self.units.weight_ho_l0 = nn.Parameter(torch.randn(out, hidden))
        self.units.bias_o_l0 = nn.Parameter(torch.randn(out))

    def forward(self, x: Tensor, action: Tensor) -> tuple[Tensor, Tensor]:
        y, found, units = action[0], [], self.units
        for step in x.unbind(1):
            h = torch.sigmoid(step @ units.weight_ih_l0.T + y @ units.weight_oh_l0.T + units.bias_h_l0)
            y = torch.sigmoid(h @ units.weight_ho_l0.T + units.bias_o_l0)
            found.append(y)
        return torch.stack(found, 1), y[None]


class TutorialEncoder(nn.Module):
    def __init__(self, vocab: int, width: int) -> None:
        super().__init__()
        self.embedding, self.gru = nn.Embedding(vocab, width), nn.GRU(width, width, batch_first=True)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        return self.gru(self.embedding(tokens))


class TutorialAttention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.Wa, self.Ua, self.Va = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, 1)

    def forward(self, query: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        weights = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys))).transpose(1, 2).softmax(2)
        return weights @ keys, weights


class TutorialDecoder(nn.Module):
    def __init__(self, vocab: int, width: int) -> None:
        super().__init__()
        self.embedding, self.attention = nn.Embedding(vocab, width), TutorialAttention(width)
        self.gru, self.out = nn.GRU(2 * width, width, batch_first=True), nn.Linear(width, vocab)

    def forward(self, states: Tensor, h: Tensor, tokens: Tensor) -> dict[str, Tensor]:
        scores, attended = [], []
        for token in tokens.unbind(1):
            context, weights = self.attention(h.transpose(0, 1), states)
            y, h = self.gru(torch.cat([self.embedding(token)[:, None], context], 2), h)
            scores.append(self.out(y))
            attended.append(weights)
        return {"decoder_log_probs": torch.cat(scores, 1).log_softmax(2), "hidden": h, "attn": torch.cat(attended, 1)}


class Tutorial(nn.Module):
    """The two nets of PyTorch's tutorial of translation, teacher forced."""

    def __init__(self, source_vocab: int, target_vocab: int, width: int) -> None:
        super().__init__()
        self.encoder, self.decoder = TutorialEncoder(source_vocab, width), TutorialDecoder(target_vocab, width)

    def forward(self, source: Tensor, target: Tensor) -> dict[str, Tensor]:
        return self.decoder(*self.encoder(source), target)


class GatedUnit(nn.Module):
    """The gated hidden unit of RNNsearch's appendix A.1.1, fed with `x` and perhaps a context."""

    def __init__(self, size: int, hidden: int, context: int = 0) -> None:
        super().__init__()
        for name, width in (("W", size), ("U", hidden), ("C", context)):
            for ending in ("", "_z", "_r"):
                if width:
                    setattr(self, name + ending, nn.Linear(width, hidden, bias=False))

    def unit(self, x: Tensor, state: Tensor, context: Tensor | None = None) -> Tensor:
        def seen(ending: str) -> Tensor:
            wx = getattr(self, "W" + ending)(x)
            return wx if context is None else wx + getattr(self, "C" + ending)(context)

        z = torch.sigmoid(seen("_z") + self.U_z(state))
        r = torch.sigmoid(seen("_r") + self.U_r(state))
        return (1 - z) * state + z * torch.tanh(seen("") + self.U(r * state))


class SearchEncoder(nn.Module):
    def __init__(self, vocab: int, embed: int, hidden: int) -> None:
        super().__init__()
        self.E, self.hidden = nn.Embedding(vocab, embed), hidden
        self.ahead, self.back = GatedUnit(embed, hidden), GatedUnit(embed, hidden)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        def read(unit: GatedUnit, words: list[Tensor]) -> list[Tensor]:
            states = [torch.zeros(len(tokens), self.hidden)]
            for word in words:
                states.append(unit.unit(word, states[-1]))
            return states[1:]

        words = list(self.E(tokens).unbind(1))
        ahead, back = read(self.ahead, words), read(self.back, words[::-1])[::-1]
        return torch.cat([torch.stack(ahead, 1), torch.stack(back, 1)], 2), back[0]


class SearchDecoder(GatedUnit):
    def __init__(self, vocab: int, embed: int, hidden: int, align: int, maxout: int) -> None:
        super().__init__(embed, hidden, 2 * hidden)
        self.E, self.W_s = nn.Embedding(vocab, embed), nn.Linear(hidden, hidden, bias=False)
        self.W_a, self.U_a = nn.Linear(hidden, align, bias=False), nn.Linear(2 * hidden, align, bias=False)
        self.v_a, self.W_o = nn.Linear(align, 1, bias=False), nn.Linear(maxout, vocab, bias=False)
        sizes = {"U_o": hidden, "V_o": embed, "C_o": 2 * hidden}
        self.U_o, self.V_o, self.C_o = (nn.Linear(size, 2 * maxout, bias=False) for size in sizes.values())

    def forward(self, notes: Tensor, first: Tensor, tokens: Tensor) -> dict[str, Tensor]:
        state, logits, aligned = torch.tanh(self.W_s(first)), [], []
        for word in self.E(tokens).unbind(1):
            weights = self.v_a(torch.tanh(self.W_a(state)[:, None] + self.U_a(notes)))[..., 0].softmax(1)
            context = (weights[..., None] * notes).sum(1)
            t = self.U_o(state) + self.V_o(word) + self.C_o(context)
            logits.append(self.W_o(t.unflatten(1, (-1, 2)).amax(2)))
            aligned.append(weights)
            state = self.unit(word, state, context)
        return {"logits": torch.stack(logits, 1), "alignment": torch.stack(aligned, 1)}


class RNNsearch(nn.Module):
    """RNNsearch by the equations of its appendix A, teacher forced."""

    def __init__(self, source: int, target: int, embed: int, hidden: int, align: int, maxout: int) -> None:
        super().__init__()
        self.encoder = SearchEncoder(source, embed, hidden)
        self.decoder = SearchDecoder(target, embed, hidden, align, maxout)

    def forward(self, source: Tensor, target: Tensor) -> dict[str, Tensor]:
        return self.decoder(*self.encoder(source), target)


class Recurrent(nn.Module):
    def __init__(self, size: int, hidden: int, out: int) -> None:
        super().__init__()
        self.rnn, self.embedding = nn.LSTM(size, hidden, bidirectional=True), nn.Linear(2 * hidden, out)

    def forward(self, x: Tensor) -> Tensor:
        return self.embedding(self.rnn(x)[0])


class CRNN(nn.Module):
    """Seven convolutions and two bidirectional LSTMs, in the layout of crnn.pytorch."""

    def __init__(self, channels: int, classes: int, hidden: int) -> None:
        super().__init__()
        self.cnn = nn.Sequential()
        for i, width in enumerate((64, 128, 256, 256, 512, 512, 512)):
            kernel, padding = (2, 0) if i == 6 else (3, 1)
            self.cnn.add_module(f"conv{i}", nn.Conv2d(channels, width, kernel, padding=padding))
            if i in (2, 4, 6):
                self.cnn.add_module(f"batchnorm{i}", nn.BatchNorm2d(width))
            self.cnn.add_module(f"relu{i}", nn.ReLU())
            if i in (0, 1):
                self.cnn.add_module(f"pooling{i}", nn.MaxPool2d(2))
            if i in (3, 5):
                self.cnn.add_module(f"pooling{i}", nn.MaxPool2d(2, (2, 1), (0, 1)))
            channels = width
        self.rnn = nn.Sequential(Recurrent(512, hidden, hidden), Recurrent(hidden, hidden, classes))

    def forward(self, image: Tensor) -> Tensor:
        return self.rnn(self.cnn(image).squeeze(2).permute(2, 0, 1))


class Stored(nn.Module):
    """Parameters under the slashed names of TensorFlow's variables, in its layouts."""

    def add(self, name: str, *shape: int) -> None:
        """A parameter of normal numbers about as large as keeps activations in range."""
        fan_in = torch.Size(shape[:-1]).numel() if len(shape) > 1 else 4
        self.register_parameter(name, nn.Parameter(torch.randn(shape) * fan_in**-0.5))

    def kernel(self, name: str) -> Tensor:
        """[..., width, in, out] as [out, in, width]."""
        stored = self.get_parameter(name)
        return stored.flatten(0, -3).permute(2, 1, 0)


class WaveNet(Stored):
    """WaveNet with the variables of tensorflow-wavenet; `biases` have the names that its checkpoints give them."""

    def __init__(self, stacks: int = 5, layers: int = 10, width: int = 32, skip: int = 512, levels: int = 256) -> None:
        super().__init__()
        self.dilations = [2**i for i in range(layers)] * stacks
        self.add("wavenet/causal_layer/filter", 2, levels, width)
        for i in range(len(self.dilations)):
            stem = f"wavenet/dilated_stack/layer{i}"
            self.add(f"{stem}/filter", 2, width, width)
            self.add(f"{stem}/gate", 2, width, width)
            self.add(f"{stem}/dense", 1, width, width)
            self.add(f"{stem}/skip", 1, width, skip)
            for j, size in enumerate((width, width, width, skip)):
                self.add(f"{stem}/Variable" + (f"_{j}" if j else ""), size)
        stem = "wavenet/postprocessing"
        self.add(f"{stem}/postprocess1", 1, skip, skip)
        self.add(f"{stem}/postprocess2", 1, skip, levels)
        self.add(f"{stem}/Variable", skip)
        self.add(f"{stem}/Variable_1", levels)

    def conv(self, x: Tensor, name: str, bias: str | None = None, dilation: int = 1) -> Tensor:
        kernel = self.kernel(name)
        padded = F.pad(x, ((kernel.shape[2] - 1) * dilation, 0))
        return F.conv1d(padded, kernel, None if bias is None else self.get_parameter(bias), dilation=dilation)

    def forward(self, signal: Tensor) -> Tensor:
        x, total = self.conv(signal, "wavenet/causal_layer/filter"), torch.zeros(())
        for i, dilation in enumerate(self.dilations):
            stem = f"wavenet/dilated_stack/layer{i}"
            a = self.conv(x, f"{stem}/filter", f"{stem}/Variable", dilation)
            b = self.conv(x, f"{stem}/gate", f"{stem}/Variable_1", dilation)
            y = torch.tanh(a) * torch.sigmoid(b)
            total = total + self.conv(y, f"{stem}/skip", f"{stem}/Variable_3")
            x = x + self.conv(y, f"{stem}/dense", f"{stem}/Variable_2")
        stem = "wavenet/postprocessing"
        hidden = self.conv(torch.relu(total), f"{stem}/postprocess1", f"{stem}/Variable")
        return self.conv(torch.relu(hidden), f"{stem}/postprocess2", f"{stem}/Variable_1")


class ByteNet(Stored):
    """ByteNet's decoder with the variables of byteNet-tensorflow, whose kernels are [1, width, in, out]."""

    def __init__(self, sets: int = 5, width: int = 512, vocab: int = 256, kernel: int = 3) -> None:
        super().__init__()
        self.layers = [(f"bytenet_decoder_layer_{i}_{d}", d) for i, d in enumerate([1, 2, 4, 8, 16] * sets)]
        self.add("w_sentence_embedding", vocab, 2 * width)
        for stem, _ in self.layers:
            for name, size, before, out in (
                ("conv1d_1", 1, 2 * width, width),
                ("dilated_conv", kernel, width, width),
                ("conv1d_2", 1, width, 2 * width),
            ):
                self.add(f"{stem}/{name}/w", 1, size, before, out)
                self.add(f"{stem}/{name}/b", out)
            for i, size in enumerate((2 * width, width, width), 1):
                self.add(f"{stem}/ln{i}/gamma", size)
                self.add(f"{stem}/ln{i}/beta", size)
        self.add("logits/w", 1, 1, 2 * width, vocab)
        self.add("logits/b", vocab)

    def conv(self, x: Tensor, name: str, dilation: int = 1) -> Tensor:
        kernel = self.kernel(f"{name}/w")
        padded = F.pad(x, ((kernel.shape[2] - 1) * dilation, 0))
        return F.conv1d(padded, kernel, self.get_parameter(f"{name}/b"), dilation=dilation)

    def norm(self, x: Tensor, name: str) -> Tensor:
        """Normalised over the channels, then without what is negative."""
        centred = x - x.mean(1, keepdim=True)
        scaled = centred / (centred.square().mean(1, keepdim=True) + 1e-8).sqrt()
        gamma, beta = self.get_parameter(f"{name}/gamma"), self.get_parameter(f"{name}/beta")
        return torch.relu(gamma[:, None] * scaled + beta[:, None])

    def forward(self, tokens: Tensor) -> Tensor:
        x = F.embedding(tokens, self.get_parameter("w_sentence_embedding")).transpose(1, 2)
        for stem, dilation in self.layers:
            y = self.conv(self.norm(x, f"{stem}/ln1"), f"{stem}/conv1d_1")
            y = self.conv(self.norm(y, f"{stem}/ln2"), f"{stem}/dilated_conv", dilation)
            x = x + self.conv(self.norm(y, f"{stem}/ln3"), f"{stem}/conv1d_2")
        return self.conv(torch.relu(x), "logits")
