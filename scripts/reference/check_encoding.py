"""Compares Galley's windows and pixel values with transformers' tokenizer and Pillow image processor.

    GALLEY_NODE=node python scripts/reference/check_encoding.py --seed 7

Windows: every page of ../shared/data/boston-ocr and ../shared/data/funsd (where they are), and random pages of nasty
words, with random window length, stride and labels; ids, boxes, labels and lengths must be equal. The installed
transformers gives its own label rule (5: the first piece of a word; 4: by offsets). With transformers 5 the rule of
4 is computed here from the offsets of the tokenizer itself, as LayoutLMv3TokenizerFast of 4.57 does.
Images: random pictures of the KINDS below (16 bits, CMYK, palette, every EXIF orientation ...) against the slow image
processor; no value may be off by more than one of the 255 levels, which is 2/255 once normalised: Pillow 13 resizes some
pictures with the passes in the other order; with Pillow below 13 they are equal. Exits 1 at any difference.
"""

import argparse
import base64
import io
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import PIL
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


def png16(levels):
    """A PNG of 16 bits a channel, which Pillow reads but does not write: [height, width, 1 to 4 channels]."""
    height, width, channels = levels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def picture(rng, kind):
    """The bytes of a file, and the upright RGB picture it must be read as."""
    width, height = rng.randrange(3, 700), rng.randrange(3, 700)
    noise = np.random.default_rng(rng.randrange(1 << 30)).integers(0, 256, (height, width, 4), dtype=np.uint8)
    smooth = np.array(Image.fromarray(noise[:4, :4]).resize((width, height), Image.BICUBIC))
    levels = noise if rng.random() < 0.3 else smooth
    image = Image.fromarray(levels)
    buffer = io.BytesIO()
    if kind.startswith("16 bits"):
        channels = {"grey": 1, "grey and alpha": 2, "RGB": 3, "RGBA": 4, "grey TIFF": 1}[kind.split(", ")[1]]
        deep = (levels.astype(np.uint16) << 8)[:, :, :channels] | rng.randrange(256)
        if kind.endswith("TIFF"):
            Image.fromarray(deep[:, :, 0]).save(buffer, "TIFF")
        else:
            buffer.write(png16(deep))
        # The high byte, as Pillow itself has it of RGB; grey it clips to white, or so it was until Pillow 13.
        colours = levels[:, :, :1].repeat(3, 2) if channels < 3 else levels[:, :, :3]
        return buffer.getvalue(), Image.fromarray(colours.copy())
    if kind.startswith("EXIF"):
        _, file, orientation = kind.split(" ")
        exif = Image.Exif()
        exif[0x0112] = int(orientation)
        image.convert("RGB").save(buffer, file, exif=exif)
    elif kind == "JPEG":
        image.convert("RGB").save(buffer, "JPEG", quality=rng.choice([60, 90, 100]), subsampling=rng.choice([0, 2]))
    elif kind.startswith("CMYK"):
        image.convert("RGB").convert("CMYK").save(buffer, kind.split(" ")[1], quality=95)
    elif kind == "palette":
        image.convert("RGB").quantize(rng.choice([2, 16, 200])).save(buffer, "PNG")
    elif kind == "palette with a transparent entry":
        image.convert("RGB").quantize(16).save(buffer, "PNG", transparency=rng.randrange(4))
    else:
        image.convert(kind).save(buffer, "PNG")
    file = buffer.getvalue()
    return file, ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")


KINDS = [
    "RGB", "L", "palette", "palette with a transparent entry", "RGBA", "LA", "1", "JPEG", "CMYK TIFF", "CMYK JPEG",
    "16 bits, grey", "16 bits, grey and alpha", "16 bits, RGB", "16 bits, RGBA", "16 bits, grey TIFF",
    *(f"EXIF PNG {i}" for i in range(1, 9)), "EXIF TIFF 6", "EXIF JPEG 8",
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--quick", action="store_true", help="the first pages only")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    # The vocabulary of layoutlmv3-base, saved by transformers 4 and by 5, and our own of galley-nano.
    folders = [p for p in [DATA / "tokenizers/layoutlmv3-v4", DATA / "tokenizers/layoutlmv3-v5", ROOT / "configs/models/galley-nano"] if p.exists()]
    asked, wanted = [], []
    tokenizers = {folder: FastTokenizer.from_pretrained(folder) for folder in folders if RULE == "v5" or not folder.name.endswith("v5")}
    raws = {folder: Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in tokenizers}
    nano = [folder for folder in tokenizers if folder.name == "galley-nano"]
    base = [folder for folder in tokenizers if folder not in nano] or nano
    # Every page in the vocabulary of layoutlmv3-base, a third of them in galley-nano's as well.
    questions = [
        (folder, words, boxes)
        for number, (words, boxes) in enumerate(pages(rng, arguments.quick))
        for folder in [base[number % len(base)], *(nano if number % 3 == 0 and base != nano else [])]
    ]
    for folder, words, boxes in questions:
        tokenizer, raw = tokenizers[folder], raws[folder]
        raw.no_padding()
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
            kind = KINDS[i % len(KINDS)]
            path = Path(pictures) / str(i)
            file, upright = picture(rng, kind)
            path.write_bytes(file)
            images.append((kind, upright))
            # A page has the shape of its picture upright: a quarter turn is made where it leads there.
            asked.append(dict(image=str(path), size=size, width=upright.width, height=upright.height))
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
        for (kind, upright), answer in zip(images, found[len(wanted):]):
            mine = np.frombuffer(base64.b64decode(answer["values"]), np.float32).reshape(3, size, size)
            theirs = processor(upright, return_tensors="np")["pixel_values"][0]
            worst[kind] = max(worst.get(kind, 0.0), float(np.abs(mine - theirs).max()))
            if answer["warnings"]:
                print(f"FAIL {kind}: {answer['warnings']}")
                bad += 1
    over = {k: v for k, v in worst.items() if v > LIMIT}
    exact = [k for k, v in worst.items() if v == 0]
    print(f"pictures equal: {', '.join(exact) or 'none'}")
    print(f"within one level, Pillow {PIL.__version__}: " + (", ".join(f"{k} {v:.1e}" for k, v in worst.items() if v and k not in over) or "none"))
    if over:
        print(f"FAIL {over}")
    windows = sum(len(w) for w in wanted)
    print(
        f"transformers {transformers.__version__}, seed {arguments.seed}: {len(wanted)} pages, {windows} windows, "
        f"{bad} differences; worst pixel {max(worst.values()):.1e}"
    )
    sys.exit(1 if bad or over else 0)


if __name__ == "__main__":
    main()
