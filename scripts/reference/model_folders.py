"""Model folders both ways, with tokenizer and image settings, by whichever transformers is installed (4 or 5).

    python model_folders.py make  --out DIR --seed 7    folders of the forms people have, for model-folders.ts
    python model_folders.py check DIR...                what Galley saved from them (DIR/*/galley) must load and agree

A folder holds what save_pretrained of model and processor write, in one of FORMS; case.json and expected.safetensors
hold a page and what this transformers makes of it. `check` exits 1 at any difference.
"""

import argparse
import json
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from layoutlmv3_cases import random_config, randomise
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import AutoProcessor, LayoutLMv3Config, LayoutLMv3ForTokenClassification, LayoutLMv3Processor

V5 = int(transformers.__version__.split(".")[0]) >= 5
if V5:
    from transformers import LayoutLMv3ImageProcessor
    from transformers import LayoutLMv3ImageProcessorPil as SlowImageProcessor
    from transformers import LayoutLMv3Tokenizer as FastTokenizer
else:
    from transformers import LayoutLMv3ImageProcessor
    from transformers import LayoutLMv3ImageProcessor as SlowImageProcessor
    from transformers import LayoutLMv3TokenizerFast as FastTokenizer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NANO = ROOT / "configs/models/galley-nano"
ROBERTA = ROOT.parent / "shared/data/tokenizers/layoutlmv3-v4"
NASTY = json.loads((ROOT / "core/encoding/testing/nasty-words.golden.json").read_text())["words"]
NASTY = [w for w in NASTY if isinstance(w, str)] + ["Cream", "the", "butter", "Flour,"]
FORMS = [
    "plain", "float16", "bfloat16", "sharded", "bin", "bin without prefix", "sharded bin", "position_ids",
    "merges as strings", "merges as pairs", "vocab and merges only", "without prefix", "backbone alone",
]
# transformers 4 calls a classifier beside a backbone without prefix corrupted; 5 loads it.
BARE = ["bin without prefix", "without prefix"]
LIMIT = 1e-4


def rewritten(folder, change):
    state = load_file(folder / "model.safetensors")
    save_file(change(state), folder / "model.safetensors", metadata={"format": "pt"})


def to_bin(folder, state):
    for path in folder.glob("model*.safetensors*"):
        path.unlink()
    torch.save(state, folder / "pytorch_model.bin")


def merges(folder, as_pairs):
    path = folder / "tokenizer.json"
    tokenizer = json.loads(path.read_text())
    pairs = [m.split(" ") if isinstance(m, str) else m for m in tokenizer["model"]["merges"]]
    tokenizer["model"]["merges"] = pairs if as_pairs else [" ".join(m) for m in pairs]
    path.write_text(json.dumps(tokenizer, ensure_ascii=False))


def bare(state):
    return {name.removeprefix("layoutlmv3."): t for name, t in state.items()}


def save(model, processor, folder, form):
    processor.save_pretrained(folder)
    state = {name: t.clone() for name, t in model.state_dict().items()}
    positions = torch.arange(model.config.max_position_embeddings)[None]
    if form in ("float16", "bfloat16"):
        copy = LayoutLMv3ForTokenClassification(model.config).to(getattr(torch, form))
        copy.load_state_dict(state)
        copy.save_pretrained(folder)
    elif form == "backbone alone":
        model.layoutlmv3.save_pretrained(folder)
        config = json.loads((folder / "config.json").read_text())
        config["architectures"] = ["LayoutLMv3ForTokenClassification"]
        (folder / "config.json").write_text(json.dumps(config))
    else:
        model.save_pretrained(folder, max_shard_size="40KB" if form == "sharded" else "5GB")
    if form == "bin":
        to_bin(folder, state | {"layoutlmv3.embeddings.position_ids": positions})
    elif form == "bin without prefix":
        to_bin(folder, bare(state) | {"embeddings.position_ids": positions})
    elif form == "sharded bin":
        names = sorted(state)
        parts = {f"pytorch_model-{i + 1:05d}-of-00003.bin": names[i::3] for i in range(3)}
        (folder / "model.safetensors").unlink()
        for file, own in parts.items():
            torch.save({name: state[name] for name in own}, folder / file)
        index = dict(metadata=dict(total_size=1), weight_map={name: file for file, own in parts.items() for name in own})
        (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    elif form == "position_ids":
        rewritten(folder, lambda s: s | {"layoutlmv3.embeddings.position_ids": positions})
    elif form == "without prefix":
        rewritten(folder, bare)
    elif form.startswith("merges"):
        merges(folder, form.endswith("pairs"))
    elif form == "vocab and merges only":
        # As the Hub's layoutlmv3-base has it; transformers 5 writes none of the two.
        for name in ["vocab.json", "merges.txt"]:
            shutil.copy(NANO / name, folder / name)
        (folder / "tokenizer.json").unlink()


def load(folder):
    options = dict(dtype=torch.float32) if V5 else {}
    return LayoutLMv3ForTokenClassification.from_pretrained(folder, output_loading_info=True, **options)


def encoded(processor, words, boxes, picture, longest):
    inputs = processor(
        picture, words, boxes=boxes, truncation=True, max_length=longest, return_tensors="pt"
    )
    return {name: inputs[name] for name in ("input_ids", "bbox", "attention_mask", "pixel_values")}


def make(out, seed, base):
    rng = random.Random(seed)
    generator = torch.Generator().manual_seed(seed)
    for index, form in enumerate(FORMS + (["base size, float16"] if base else [])):
        large = form.startswith("base")
        torch.manual_seed(rng.randrange(2**31))
        tokenizer_from = ROBERTA if large and ROBERTA.exists() else NANO
        names = ["O", *(f"LABEL_{i}" for i in range(1, rng.choice([2, 7, 9, 10, 13])))]
        fields = dict(max_position_embeddings=514, type_vocab_size=1) if large else random_config(rng)
        fields.pop("num_labels", None)
        fields |= dict(
            num_channels=3, visual_embed=True, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
            id2label=dict(enumerate(names)), label2id={n: i for i, n in enumerate(names)},
        )
        tokenizer = FastTokenizer.from_pretrained(tokenizer_from)
        if not large:
            fields["vocab_size"] = len(tokenizer)
        config = LayoutLMv3Config(**fields)
        model = LayoutLMv3ForTokenClassification(config).eval()
        if not large:
            randomise(model, generator)
        half = form.rsplit(" ", 1)[-1]
        if half in ("float16", "bfloat16"):
            model.to(getattr(torch, half)).float()
        folder = Path(out) / f"{index:02d}-{form.replace(' ', '-').replace(',', '')}"
        size = dict(height=config.input_size, width=config.input_size)
        processor = LayoutLMv3Processor(LayoutLMv3ImageProcessor(apply_ocr=False, size=size), tokenizer)
        save(model, processor, folder, half if large else form)

        words = [rng.choice(NASTY) for _ in range(rng.randrange(3, 60))] + ["end"]
        boxes = [[*sorted((rng.randrange(1001), rng.randrange(1001)))] * 2 for _ in words]
        picture = Image.fromarray(np.random.default_rng(seed + index).integers(0, 256, (70, 50, 3), dtype=np.uint8))
        picture.save(folder / "page.png")
        longest = config.max_position_embeddings - 2
        slow = LayoutLMv3Processor(SlowImageProcessor(apply_ocr=False, size=size), tokenizer)
        inputs = encoded(slow, words, boxes, picture, longest)
        reloaded = model
        if form not in BARE and form != "backbone alone":
            reloaded, info = load(folder)
            odd = {key: value for key, value in info.items() if value}
            assert not odd or "position_ids" in str(odd), f"{form}: {odd}"
        with torch.no_grad():
            logits = reloaded.eval()(**inputs).logits
        save_file({name: t.contiguous() for name, t in (inputs | dict(logits=logits)).items()}, folder / "expected.safetensors")
        files = sorted(p.name for p in folder.iterdir() if p.suffix != ".safetensors" or p.name.startswith("model"))
        case = dict(form=form, words=words, boxes=boxes, longest=longest, made_by=transformers.__version__, files=files)
        (folder / "case.json").write_text(json.dumps(case))


def check(folders):
    worst, failed, count = 0.0, 0, 0
    for folder in sorted(path for place in folders for path in Path(place).iterdir()):
        case = json.loads((folder / "case.json").read_text())
        expected = load_file(folder / "expected.safetensors")
        problems = []
        model, info = LayoutLMv3ForTokenClassification.from_pretrained(folder / "galley", output_loading_info=True)
        problems += [f"{key}: {value}" for key, value in info.items() if value]
        if model.dtype != torch.float32:
            problems.append(f"loads as {model.dtype} by default")
        processor = AutoProcessor.from_pretrained(folder / "galley")
        size = model.config.input_size
        if dict(processor.image_processor.size) != dict(height=size, width=size) or processor.image_processor.apply_ocr:
            problems.append(f"image processor: {processor.image_processor}")
        picture = Image.open(folder / "page.png").convert("RGB")
        inputs = encoded(processor, case["words"], case["boxes"], picture, case["longest"])
        for name in ("input_ids", "bbox", "attention_mask"):
            if not torch.equal(inputs[name], expected[name]):
                problems.append(f"{name} differ by the processor of the saved folder")
        inputs["pixel_values"] = expected["pixel_values"]
        with torch.no_grad():
            logits = model.eval()(**inputs).logits
        if case["form"] == "backbone alone":
            # The classifier is drawn anew by every program.
            expected["logits"] = logits
        error = float((logits - expected["logits"]).abs().max() / expected["logits"].abs().max())
        if not error <= LIMIT:
            problems.append(f"logits off by {error:.1e}")
        worst, count, failed = max(worst, error), count + 1, failed + bool(problems)
        for problem in problems:
            print(f"FAILED {folder.parent.name}/{folder.name}: {problem}")
    print(f"transformers {transformers.__version__}: {count} folders saved by Galley, worst saved logits {worst:.1e}, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["make", "check"])
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--base", action="store_true")
    args = parser.parse_args()
    transformers.utils.logging.set_verbosity_error()
    if args.mode == "make":
        make(args.out, args.seed, args.base)
    else:
        check(args.folders)
