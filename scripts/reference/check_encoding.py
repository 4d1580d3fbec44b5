"""Compares Galley's windows and pixel values with transformers' tokenizer and Pillow image processor.

    GALLEY_NODE=node python scripts/reference/check_encoding.py --seed 7

Windows: every page of ../shared/data/boston-ocr and ../shared/data/funsd (where they are), and random pages of nasty
words, with random window length, stride and labels; ids, boxes, labels and lengths must be equal. The installed
transformers gives its own label rule (5: the first piece of a word; 4: by offsets). With transformers 5 the rule of
4 is computed here from the offsets of the tokenizer itself, as LayoutLMv3TokenizerFast of 4.57 does.
Images: random pictures, RGB, grey, palette, RGBA, CMYK and EXIF-rotated, against the slow image processor; no value
may be off by more than one of the 255 levels, which is 2/255 once normalised. Exits 1 at any difference.
"""

import argparse
import base64
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import transformers
from PIL import Image, ImageOps
from tokenizers import Tokenizer

try:
    from transformers import LayoutLMv3ImageProcessorPil as SlowProcessor
except ImportError:
    from transformers import LayoutLMv3ImageProcessor as SlowProcessor
RULE = "v5" if int(transformers.__version__.split(".")[0]) >= 5 else "v4"
if RULE == "v5":
    from transformers import LayoutLMv3Tokenizer as FastTokenizer
else:
    from transformers import LayoutLMv3TokenizerFast as FastTokenizer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DATA = ROOT.parent / "shared/data"
NASTY = json.loads((ROOT / "core/encoding/testing/nasty-words.golden.json").read_text())["words"]
NASTY = [w if isinstance(w, str) else w[0] * w[1] for w in NASTY]
# One level of 255 is 2/255 once normalised to -1..1; the rest is the rounding of float32.
LIMIT = 2 / 255 + 1e-6


def pages(rng, quick):
    """(words, boxes) of every page."""
    boston = DATA / "boston-ocr/pages.jsonl"
    funsd = sorted((DATA / "funsd/training_data/annotations").glob("*.json"))
    lines = boston.read_text().splitlines() if boston.exists() else []
    for line in lines[:40] if quick else lines:
        page = json.loads(line)
        yield page["words"], page["bboxes"]
    for path in funsd[:20] if quick else funsd:
        words = [w for block in json.loads(path.read_text())["form"] for w in block["words"]]
        yield [w["text"] for w in words], [[min(1000, max(0, v)) for v in w["box"]] for w in words]
    for _ in range(20):
        words = [rng.choice(NASTY) for _ in range(rng.randrange(1, 40))]
        yield words, [[rng.randrange(1001) for _ in range(4)] for _ in words]
    for word in NASTY:
        yield [word], [[1, 2, 3, 4]]
    if not lines or not funsd:
        print(f"note: no real pages in {DATA}", file=sys.stderr)


def libraries_windows(tokenizer, asked):
    encoded = tokenizer(
        asked["words"], boxes=asked["boxes"], word_labels=asked["labels"], truncation=True,
        max_length=asked["maxLength"], stride=asked["stride"], return_overflowing_tokens=True,
    )
    assert all(all(m) for m in encoded["attention_mask"])
    return [
        [ids, [v for box in boxes for v in box], labels]
        for ids, boxes, labels in zip(encoded["input_ids"], encoded["bbox"], encoded["labels"])
    ]


def rule_of_v4(raw, asked):
    """Labels as `_batch_encode_plus` of transformers 4.57 sets them from offsets, for every window."""
    raw.enable_truncation(asked["maxLength"], stride=asked["stride"])
    first = raw.encode(asked["words"], is_pretokenized=True)
    for window in [first, *first.overflowing]:
        labels, previous_empty = [], False
        for word, offset in zip(window.word_ids, window.offsets):
            if word is None:
                labels.append(-100)
                continue
            labels.append(asked["labels"][word] if offset[0] == 0 and not previous_empty else -100)
            previous_empty = offset == (0, 0)
        yield labels


def picture(rng, kind):
    width, height = rng.randrange(3, 700), rng.randrange(3, 700)
    noise = np.random.default_rng(rng.randrange(1 << 30)).integers(0, 256, (height, width, 4), dtype=np.uint8)
    smooth = np.array(Image.fromarray(noise[:4, :4]).resize((width, height), Image.BICUBIC))
    image = Image.fromarray(noise if rng.random() < 0.3 else smooth)
    buffer = io.BytesIO()
    if kind == "exif":
        exif = Image.Exif()
        exif[0x0112] = rng.choice([2, 3, 4])
        image.convert("RGB").save(buffer, "PNG", exif=exif)
    elif kind == "CMYK":
        image.convert("RGB").convert("CMYK").save(buffer, "TIFF")
    elif kind == "P":
        image.convert("RGB").quantize(rng.choice([2, 16, 200])).save(buffer, "PNG")
    else:
        image.convert(kind).save(buffer, "PNG")
    return buffer.getvalue()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--quick", action="store_true", help="the first pages only")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    folder = next((p for p in [DATA / "tokenizers/layoutlmv3-v4", ROOT / "configs/models/galley-nano"] if p.exists()))
    asked, wanted = [], []
    tokenizer = FastTokenizer.from_pretrained(folder)
    raw = Tokenizer.from_file(str(folder / "tokenizer.json"))
    raw.no_padding()
    for words, boxes in pages(rng, arguments.quick):
        longest = rng.choice([512, 512, 128, rng.randrange(8, 200)])
        question = dict(
            tokenizer=str(folder), words=words, boxes=boxes, labels=[rng.randrange(7) for _ in words],
            maxLength=longest, stride=rng.randrange(0, longest // 2 - 1), rule=RULE,
        )
        windows = libraries_windows(tokenizer, question)
        asked.append(question)
        wanted.append(windows)
        if RULE == "v5":
            asked.append({**question, "rule": "v4"})
            wanted.append([[w[0], w[1], labels] for w, labels in zip(windows, rule_of_v4(raw, question), strict=True)])
    with tempfile.TemporaryDirectory() as pictures:
        images, size = [], 224
        for i in range(arguments.pictures):
            kind = ["RGB", "L", "P", "RGBA", "LA", "1", "CMYK", "exif"][i % 8]
            path = Path(pictures) / f"{i}-{kind}"
            path.write_bytes(picture(rng, kind))
            images.append((kind, path))
            asked.append(dict(image=str(path), size=size))
        node = os.environ.get("GALLEY_NODE", "node")
        lines = "".join(json.dumps(a) + "\n" for a in asked)
        out = subprocess.run([node, str(HERE / "encode_pages.ts")], input=lines, capture_output=True, text=True)
        if out.returncode != 0:
            sys.exit(out.stderr)
        found = [json.loads(line) for line in out.stdout.splitlines()]
        assert len(found) == len(asked), f"{len(found)} answers for {len(asked)} questions"
        bad = 0
        for question, mine, theirs in zip(asked, found, wanted):
            if mine == theirs:
                continue
            bad += 1
            if bad <= 10:
                print(f"FAIL windows: {json.dumps({k: v for k, v in question.items() if k != 'labels'})[:300]}")
                for a, b in zip(mine, theirs):
                    at = [(n, i) for n, x, y in zip(["ids", "boxes", "labels"], a, b) for i in range(min(len(x), len(y))) if x[i] != y[i]]
                    print(f"  first difference {at[:1]}, lengths {len(a[0])} {len(b[0])}")
        worst = {}
        processor = SlowProcessor(apply_ocr=False, size=dict(height=size, width=size))
        for (kind, path), answer in zip(images, found[len(wanted):]):
            mine = np.frombuffer(base64.b64decode(answer["values"]), np.float32).reshape(3, size, size)
            image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
            theirs = processor(image, return_tensors="np")["pixel_values"][0]
            worst[kind] = max(worst.get(kind, 0.0), float(np.abs(mine - theirs).max()))
            if answer["warnings"]:
                print(f"FAIL {kind}: {answer['warnings']}")
                bad += 1
    over = {k: v for k, v in worst.items() if v > LIMIT}
    print("pixel values: " + ", ".join(f"{k} {v:.1e}" for k, v in worst.items()) + (f"; FAIL {over}" if over else ""))
    windows = sum(len(w) for w in wanted)
    print(
        f"transformers {transformers.__version__}, seed {arguments.seed}: {len(wanted)} pages, {windows} windows, "
        f"{bad} differences; worst pixel {max(worst.values()):.1e}"
    )
    sys.exit(1 if bad or over else 0)


if __name__ == "__main__":
    main()
