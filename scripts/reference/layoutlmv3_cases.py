"""Runs LayoutLMv3ForTokenClassification of the real transformers on random cases and writes what it computed.

    python layoutlmv3_cases.py live   --out DIR --seed 1 --count 20 [--base]   folders for compare-layoutlmv3.ts
    python layoutlmv3_cases.py golden --out FILE                              the committed golden file

A live case is a folder: the model as save_pretrained writes it, case.json (inputs and options) and
expected.safetensors (pixel_values, dropout masks in the order of their use, logits, loss, gradients).
"""

import argparse
import contextlib
import json
import math
import random
from pathlib import Path
from unittest import mock

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from transformers import LayoutLMv3Config, LayoutLMv3ForTokenClassification

BASE = dict(max_position_embeddings=514, type_vocab_size=1)


def random_config(rng):
    heads = rng.choice([1, 2, 3, 4, 6])
    hidden = heads * rng.choice([4, 6, 8, 16])
    while hidden < 6 or hidden % 2:
        hidden += heads
    coordinate = rng.randint(1, (hidden - 2) // 4)
    return dict(
        vocab_size=rng.randint(12, 300),
        hidden_size=hidden,
        num_attention_heads=heads,
        num_hidden_layers=rng.randint(1, 3),
        intermediate_size=rng.randint(5, 64),
        coordinate_size=coordinate,
        shape_size=(hidden - 4 * coordinate) // 2,
        max_position_embeddings=rng.choice([48, 80]),
        type_vocab_size=rng.choice([1, 2]),
        input_size=(size := rng.choice([16, 30, 32])),
        patch_size=rng.choice([4, 8, size]),
        num_channels=rng.choice([1, 3, 4]),
        layer_norm_eps=rng.choice([1e-5, 1e-12, 1e-3]),
        has_relative_attention_bias=rng.random() < 0.75,
        has_spatial_attention_bias=rng.random() < 0.75,
        rel_pos_bins=rng.choice([4, 8, 32]),
        max_rel_pos=rng.choice([20, 128]),
        rel_2d_pos_bins=rng.choice([8, 64]),
        max_rel_2d_pos=rng.choice([50, 256]),
        num_labels=rng.choice([2, 7, 9, 10, 13]),
        visual_embed=rng.random() < 0.9,
        classifier_dropout=rng.choice([None, 0.25]),
    )


def random_batch(rng, config, lengths, limit):
    """Ragged rows with extreme boxes: 0, the limit, inverted, empty; tokens without a label in between."""
    width = max(lengths)
    ids, boxes, mask, labels = [], [], [], []
    for length in lengths:
        row = [0] + [rng.randint(3, config["vocab_size"] - 1) for _ in range(length - 2)] + [2]
        ids.append(row + [1] * (width - length))
        mask.append([1] * length + [0] * (width - length))
        row = []
        for i in range(width):
            x, y = rng.randint(0, limit), rng.randint(0, limit)
            box = [x, y, rng.randint(x, limit), rng.randint(y, limit)]
            if i in (0, length - 1) or i >= length:
                box = [0, 0, 0, 0]
            elif i == 1:
                box = [0, 0, limit, limit]
            elif i == 2:
                box = [limit, limit, 0, 0]
            elif i == 3:
                box = [x, y, x, y]
            row.append(box)
        boxes.append(row)
        labels.append(
            [rng.choice([-100, rng.randrange(config["num_labels"])]) if 0 < i < length - 1 else -100 for i in range(width)]
        )
    labels[0][1] = 1
    return dict(input_ids=ids, bbox=boxes, attention_mask=mask, labels=labels)


@contextlib.contextmanager
def recorded_dropout(seed):
    """Dropout by masks that are written down, so that another program can use the same ones."""
    masks = []
    generator = torch.Generator().manual_seed(seed)

    def forward(self, x):
        if self.p == 0 or not self.training:
            return x
        keep = torch.rand(x.shape, generator=generator) >= self.p
        masks.append(keep.to(torch.float32) / (1 - self.p))
        return x * masks[-1].to(x.dtype)

    with mock.patch.object(torch.nn.Dropout, "forward", forward):
        yield masks


def evaluate(model, batch, pixels, train_bias, seed):
    """logits, loss, gradients by name, dropout masks. Trained tables: the lookup outside of no_grad, as before
    transformers#30988."""
    inputs = {name: torch.tensor(batch[name]) for name in ("input_ids", "bbox", "attention_mask", "labels")}
    if pixels is not None:
        inputs["pixel_values"] = pixels
    model.train()
    model.zero_grad()
    gradient_guard = mock.patch.object(torch, "no_grad", contextlib.nullcontext) if train_bias else contextlib.nullcontext()
    with gradient_guard, recorded_dropout(seed) as masks:
        output = model(**inputs)
        output.loss.backward()
    gradients = {name: p.grad for name, p in model.named_parameters() if p.grad is not None}
    return output.logits.detach(), output.loss.detach(), gradients, masks


def randomise(model, generator):
    for name, p in model.named_parameters():
        with torch.no_grad():
            noise = torch.randn(p.shape, generator=generator)
            norm = "norm" in name.lower() and name.endswith("weight")
            linear = p.dim() == 2 and "embeddings" not in name
            # Far from the initial values, yet scaled with the width: saturated layers only amplify rounding.
            scale = 1.2 / math.sqrt(p.shape[1]) if linear else 0.3
            p.copy_(1 + 0.2 * noise if norm else scale * noise)


def save_as(model, folder, form):
    """The forms in which such models lie on people's disks. Half precision was rounded before (see live)."""
    if form in ("float16", "bfloat16"):
        copy = LayoutLMv3ForTokenClassification(model.config).to(getattr(torch, form))
        copy.load_state_dict(model.state_dict())
        copy.save_pretrained(folder)
    elif form == "sharded":
        model.save_pretrained(folder, max_shard_size="40KB")
    elif form in ("bin", "bin without prefix"):
        model.save_pretrained(folder)
        (folder / "model.safetensors").unlink()
        state = model.state_dict()
        if form == "bin without prefix":
            state = {name.removeprefix("layoutlmv3."): t for name, t in state.items()}
        prefix = "layoutlmv3." if form == "bin" else ""
        state[f"{prefix}embeddings.position_ids"] = torch.arange(model.config.max_position_embeddings)[None]
        torch.save(state, folder / "pytorch_model.bin")
    else:
        model.save_pretrained(folder)


def live(out, seed, count, base):
    rng = random.Random(seed)
    generator = torch.Generator().manual_seed(seed)
    cases = [None] * count + (["base"] if base else [])
    for index, kind in enumerate(cases):
        torch.manual_seed(rng.randrange(2**31))
        fields = dict(BASE, num_labels=7) if kind else random_config(rng)
        dropout = 0.0 if kind or rng.random() < 0.5 else 0.2
        fields |= dict(hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout / 2)
        if dropout == 0:
            fields["classifier_dropout"] = None
        config = LayoutLMv3Config(**fields)
        model = LayoutLMv3ForTokenClassification(config)
        if not kind:
            randomise(model, generator)
        form = "plain" if kind else rng.choice(["plain", "sharded", "float16", "bfloat16", "bin", "bin without prefix"])
        if form in ("float16", "bfloat16"):
            model.to(getattr(torch, form)).float()
        full = dict(fields, vocab_size=config.vocab_size)
        lengths = [512] if kind else [rng.randint(6, 40) for _ in range(rng.randint(1, 3))]
        batch = random_batch(rng, full, lengths, 1000 if kind or rng.random() < 0.7 else 1023)
        visual = config.visual_embed and (bool(kind) or rng.random() < 0.8)
        train_bias = rng.random() < 0.5
        size = (len(lengths), config.num_channels, config.input_size, config.input_size)
        pixels = torch.rand(size, generator=generator) * 2 - 1 if visual else None
        logits, loss, gradients, masks = evaluate(model, batch, pixels, train_bias, rng.randrange(2**31))
        folder = Path(out) / f"case-{index:03d}{'-base' if kind else ''}"
        save_as(model, folder, form)
        tensors = {"logits": logits, "loss": loss.reshape(1)}
        if visual:
            tensors["pixel_values"] = pixels
        tensors |= {f"mask.{i}": m for i, m in enumerate(masks)}
        tensors |= {f"gradient.{name}": g for name, g in gradients.items()}
        save_file({name: t.contiguous() for name, t in tensors.items()}, folder / "expected.safetensors")
        options = dict(form=form, train_relative_bias=train_bias, masks=len(masks), visual=visual)
        (folder / "case.json").write_text(json.dumps(dict(batch, options=options)))


def formula(name, size, scale):
    """Values that JavaScript makes just as well: see goldenValues in core/layoutlmv3/testing."""
    h = 0x811C9DC5
    for c in name:
        h = ((h ^ ord(c)) * 0x01000193) & 0xFFFFFFFF
    i = np.arange(size, dtype=np.float64)
    return scale * np.sin(h % 1000 + 1.7 * i + 0.013 * i * i)


GOLDEN = dict(
    vocab_size=20, hidden_size=24, coordinate_size=4, shape_size=4, num_attention_heads=3, num_hidden_layers=2,
    intermediate_size=20, max_position_embeddings=16, type_vocab_size=1, max_2d_position_embeddings=64, input_size=9,
    patch_size=4, num_channels=2, rel_pos_bins=8, max_rel_pos=12, rel_2d_pos_bins=12, max_rel_2d_pos=200, num_labels=5,
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
)
GOLDEN_CASES = [
    dict(name="images, frozen relative biases", changes={}, visual=True, train_bias=False),
    dict(name="images, trained relative biases", changes={}, visual=True, train_bias=True),
    dict(name="two-layer head", changes=dict(num_labels=12), visual=True, train_bias=False),
    dict(name="text only", changes={}, visual=False, train_bias=True),
    dict(name="1-D bias only", changes=dict(has_spatial_attention_bias=False), visual=True, train_bias=True),
    dict(name="2-D bias alone", changes=dict(has_relative_attention_bias=False), visual=True, train_bias=True),
    dict(name="no visual branch", changes=dict(visual_embed=False), visual=False, train_bias=False),
]


def golden(out):
    cases = []
    for case in GOLDEN_CASES:
        fields = GOLDEN | case["changes"]
        config = LayoutLMv3Config(**fields)
        model = LayoutLMv3ForTokenClassification(config).double()
        for name, p in model.named_parameters():
            norm = "norm" in name.lower() and name.endswith("weight")
            values = formula(name, p.numel(), 0.3) + (1 if norm else 0)
            p.data = torch.tensor(values.astype(np.float32)).double().reshape(p.shape)
        batch = random_batch(random.Random(7), fields, [10, 7], 63)
        size = (2, config.num_channels, config.input_size, config.input_size)
        pixels = torch.tensor(formula("pixels", math.prod(size), 1.0).astype(np.float32)).double().reshape(size)
        logits, loss, gradients, _ = evaluate(model, batch, pixels if case["visual"] else None, case["train_bias"], 0)
        summary = {}
        for name, g in gradients.items():
            flat = g.reshape(-1).numpy()
            probe = formula(f"probe.{name}", flat.size, 1.0)
            summary[name] = [float(np.linalg.norm(flat)), float(flat @ probe)]
        cases.append(
            dict(
                case, config=fields, batch=batch, loss=float(loss),
                logits=[round(v, 9) for v in logits.reshape(-1).tolist()], gradients=summary,
            )
        )
    made_by = f"scripts/reference/layoutlmv3_cases.py, transformers {transformers.__version__}, torch {torch.__version__}"
    Path(out).write_text(json.dumps(dict(made_by=made_by, cases=cases)) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["live", "golden"])
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--base", action="store_true")
    args = parser.parse_args()
    if args.mode == "golden":
        golden(args.out)
    else:
        live(args.out, args.seed, args.count, args.base)
