"""Settled points: what docs/parity.md states about transformers, torch, Pillow, pyarrow and datasets, asked of them.

    python check_facts.py        with transformers 5 and datasets 5, or with 4 and 3 (PYTHONPATH)

Each fact is a function that returns what it found; FACTS says what is expected of version 5 and of 4. Exits 1 where one
no longer holds.
"""

import json
import math
import os
import sys
import tempfile
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import LayoutLMv3Config, LayoutLMv3ForTokenClassification, Trainer, TrainingArguments

PIL_13 = int(Image.__version__.split(".")[0]) >= 13
VERSION = int(transformers.__version__.split(".")[0])
TINY = dict(
    vocab_size=20, hidden_size=24, coordinate_size=4, shape_size=4, num_attention_heads=3, num_hidden_layers=1,
    intermediate_size=20, max_position_embeddings=16, input_size=8, patch_size=4, num_labels=3,
)
INPUTS = dict(
    input_ids=torch.tensor([[0, 5, 6, 2]]), bbox=torch.zeros(1, 4, 4, dtype=torch.long),
    attention_mask=torch.ones(1, 4, dtype=torch.long), pixel_values=torch.zeros(1, 3, 8, 8),
)


def model():
    torch.manual_seed(0)
    return LayoutLMv3ForTokenClassification(LayoutLMv3Config(**TINY)).eval()


def frozen_tables():
    m = model()
    m(**INPUTS, labels=torch.tensor([[-100, 1, 2, -100]])).loss.backward()
    return sorted(name.split(".")[-2] for name, p in m.named_parameters() if p.grad is None)


def loss_without_labels():
    return math.isnan(model()(**INPUTS, labels=torch.full((1, 4), -100)).loss.item())


def accumulated():
    return Trainer(model=model(), args=TrainingArguments(output_dir=tempfile.mkdtemp(), use_cpu=True)).model_accepts_loss_kwargs


def adamw():
    """Largest difference of five steps of torch from the formula in float64."""
    rng = np.random.default_rng(0)
    p, m, v = rng.normal(size=50), np.zeros(50), np.zeros(50)
    parameter = torch.nn.Parameter(torch.tensor(p))
    optimizer = torch.optim.AdamW([parameter], lr=1e-2, weight_decay=0.1)
    for t in range(1, 6):
        g = rng.normal(size=50)
        parameter.grad = torch.tensor(g)
        norm = torch.nn.utils.clip_grad_norm_([parameter], 1.0).item()
        assert abs(norm - np.linalg.norm(g)) < 1e-12
        g = g * min(1.0, 1.0 / (np.linalg.norm(g) + 1e-6))
        optimizer.step()
        p = p * (1 - 1e-2 * 0.1)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        p = p - 1e-2 / (1 - 0.9**t) * m / (np.sqrt(v) / np.sqrt(1 - 0.999**t) + 1e-8)
    return float(np.abs(parameter.detach().numpy() - p).max()) < 1e-12


def best_at_the_end(**arguments):
    try:
        TrainingArguments(output_dir=tempfile.mkdtemp(), load_best_model_at_end=True, use_cpu=True, **arguments)
        return "accepted"
    except ValueError:
        return "refused"


def saved(change=None, **options):
    folder = Path(tempfile.mkdtemp())
    model().save_pretrained(folder, **options)
    if change:
        change(folder)
    return folder


def loads(folder):
    try:
        LayoutLMv3ForTokenClassification.from_pretrained(folder)
        return "loads"
    except Exception as error:
        return type(error).__name__


def without_format(folder):
    save_file(load_file(folder / "model.safetensors"), folder / "model.safetensors")


def without_prefix(folder):
    state = {name.removeprefix("layoutlmv3."): t for name, t in load_file(folder / "model.safetensors").items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def index_metadata():
    return sorted(json.loads((saved(max_shard_size="5KB") / "model.safetensors.index.json").read_text())["metadata"])


def no_buffers():
    return [name for name in load_file(saved() / "model.safetensors") if "position_ids" in name or "visual_bbox" in name]


def tokenizer_files():
    from transformers import AutoTokenizer

    folder = tempfile.mkdtemp()
    AutoTokenizer.from_pretrained(Path(__file__).parents[2] / "configs/models/galley-nano").save_pretrained(folder)
    return sorted(os.listdir(folder))


def token_variable():
    from huggingface_hub import get_token

    before = os.environ.pop("HF_TOKEN", None)
    os.environ["HUGGING_FACE_HUB_TOKEN"] = "legacy"
    found = get_token()
    del os.environ["HUGGING_FACE_HUB_TOKEN"]
    if before:
        os.environ["HF_TOKEN"] = before
    return found == "legacy"


def grey_16_bits():
    deep = Image.fromarray(np.array([[0x1234, 0xABCD]], dtype=np.uint16))
    return np.array(deep.convert("RGB"))[0, :, 0].tolist()


def pass_order():
    """Whether the passes of a resize come in the order of this rule, which measuring gave (no documentation does)."""
    rng, vertical = np.random.default_rng(0), 0
    for _ in range(150):
        width, height, to_width, to_height = (int(n) for n in rng.integers(8, 120, 4))
        if width == to_width or height == to_height:
            continue
        image = Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))
        both = np.array(image.resize((to_width, to_height), Image.BILINEAR))
        passes = [(to_width, height), (width, to_height)]
        if PIL_13 and height > to_height and height - to_height > 2 * (width - to_width):
            passes.reverse()
            vertical += 1
        steps = np.array(image.resize(passes[0], Image.BILINEAR).resize((to_width, to_height), Image.BILINEAR))
        if (both != steps).any():
            return f"another order at {width} x {height} -> {to_width} x {to_height}"
    return "vertical first if the height shrinks, and by more than twice what the width does" if vertical else "horizontal first"


def child_names():
    return pa.list_(pa.field("item", pa.int64())) == pa.list_(pa.field("", pa.int64()))


def empty_split():
    folder = tempfile.mkdtemp()
    datasets.Dataset.from_dict({"a": []}, features=datasets.Features({"a": datasets.Value("int64")})).save_to_disk(folder)
    files = len(json.loads((Path(folder) / "state.json").read_text())["_data_files"])
    try:
        return f"{files} files, {len(datasets.load_from_disk(folder))} rows"
    except Exception as error:
        return f"{files} files, {type(error).__name__}"


def list_feature():
    folder = Path(tempfile.mkdtemp())
    feature = datasets.Features({"a": datasets.Sequence(datasets.Value("int64"))})
    datasets.Dataset.from_dict({"a": [[1]]}, features=feature).save_to_disk(folder)
    return json.loads((folder / "dataset_info.json").read_text())["features"]["a"]["_type"]


TABLES = ["rel_pos_bias", "rel_pos_x_bias", "rel_pos_y_bias"]
# name: (function, expected of transformers 5 with datasets 5 and Pillow 13, of 4 with 3 and 12)
FACTS = {
    "tensors without a gradient": (frozen_tables, TABLES, TABLES),
    "loss is NaN where all labels are ignored": (loss_without_labels, True, True),
    "Trainer takes the model to normalise the loss itself (micro-batches are summed)": (accumulated, True, False),
    "AdamW and clip_grad_norm_ are the formulas of layoutlmv3.md 6.3 and 6.4": (adamw, True, True),
    "load_best_model_at_end with unequal strategies": (lambda: best_at_the_end(eval_strategy="steps", save_strategy="epoch"), "refused", "refused"),
    "load_best_model_at_end with save_steps no multiple of eval_steps": (
        lambda: best_at_the_end(eval_strategy="steps", save_strategy="steps", eval_steps=4, save_steps=6), "refused", "refused",
    ),
    "safetensors without the format in its metadata": (lambda: loads(saved(without_format)), "loads", "loads"),
    "backbone without prefix beside a classifier": (lambda: loads(saved(without_prefix)), "loads", "ValueError"),
    "metadata of a sharded index": (index_metadata, ["total_parameters", "total_size"], ["total_parameters", "total_size"]),
    "buffers saved": (no_buffers, [], []),
    "files of a saved tokenizer": (
        tokenizer_files, ["tokenizer.json", "tokenizer_config.json"],
        ["merges.txt", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"],
    ),
    "HUGGING_FACE_HUB_TOKEN is still read": (token_variable, True, True),
    "16-bit grey 0x1234 and 0xabcd as RGB in Pillow": (grey_16_bits, [255, 255], [255, 255]),
    "passes of a resize": (
        pass_order, "vertical first if the height shrinks, and by more than twice what the width does", "horizontal first",
    ),
    "Arrow lists are equal whatever their child's name": (child_names, True, True),
    "an empty split as datasets saves and loads it": (empty_split, "0 files, IndexError", "1 files, 0 rows"),
    "type written for a list": (list_feature, "List", "Sequence"),
}

if __name__ == "__main__":
    transformers.utils.logging.set_verbosity_error()
    failed = 0
    for name, (ask, five, four) in FACTS.items():
        found, expected = ask(), five if VERSION >= 5 else four
        failed += found != expected
        print(f"{'ok  ' if found == expected else 'FAIL'} {name}: {found}" + ("" if found == expected else f", expected {expected}"))
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, Pillow {Image.__version__}, datasets {datasets.__version__}: {len(FACTS)} points, {failed} do not hold")
    sys.exit(1 if failed else 0)
