"""Writes the golden files of core/encoding from the real libraries.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install "pillow<13" "transformers==4.57.1" numpy
    /tmp/golden/bin/python scripts/reference/encoding_golden.py

resize.golden.json: Pillow's antialiased bilinear resize of synthetic pictures (pixels by formula), and what the
slow LayoutLMv3ImageProcessor makes of each of the 256 levels.
nasty-words.golden.json: ids of LayoutLMv3TokenizerFast (RoBERTa's vocabulary, from ../shared/data/tokenizers)
and of galley-nano's tokenizer (where configs/models/galley-nano has it) on words of our own, with labels of
the v4 rule. `repeat` words are written as [text, times].
"""

import json
import pathlib

import numpy
import PIL
import transformers
from PIL import Image
from transformers import LayoutLMv3ImageProcessor, LayoutLMv3TokenizerFast

root = pathlib.Path(__file__).resolve().parents[2]
out = root / "core/encoding/testing"

SIZES = [  # from width, height to width, height
    (37, 53, 8, 8),
    (53, 37, 16, 16),
    (11, 9, 16, 16),
    (16, 40, 16, 12),
    (40, 16, 12, 16),
    (7, 7, 7, 7),
    (1, 1, 5, 4),
    (300, 2, 5, 4),
]


def picture(width, height):
    y, x, c = numpy.mgrid[0:height, 0:width, 0:3]
    return Image.fromarray(((x * x * 7 + y * 13 * (c + 1) + x * y * (c + 3)) % 256).astype(numpy.uint8))


resized = []
for w, h, to_w, to_h in SIZES:
    small = picture(w, h).resize((to_w, to_h), Image.BILINEAR)
    resized.append({"from": [w, h], "to": [to_w, to_h], "hex": small.tobytes().hex()})
ramp = Image.fromarray(numpy.arange(256, dtype=numpy.uint8).reshape(16, 16)).convert("RGB")
slow = LayoutLMv3ImageProcessor(apply_ocr=False, size={"height": 16, "width": 16})
levels = slow(ramp, return_tensors="np")["pixel_values"][0, 0].reshape(-1)
assert levels.dtype == numpy.float32
(out / "resize.golden.json").write_text(
    json.dumps({"pillow": PIL.__version__, "cases": resized, "levels": [float(v) for v in levels]}) + "\n"
)

WORDS = [
    *["½", "1½", "2¾", "⅓cup", "Flour,", "don't", "DON'T", "we'll", "they've", "'s", "''", "“quoted”", "—", "...."],
    *["😀", "👩‍👩‍👧‍👦", "🇫🇷", "e\u0301", "\u0301", "a\u0308o", "漢字", "日本語", "한국어", "العربية", "हिन्दी", "ﬁ", "crème", "Œuf"],
    *["a\tb", "\t", "a b", " a", "  a", "a ", " ", "   ", "a\nb", "\u00a0", "a\u00a0b", "x\u3000", "\u0085", "\ufeffa"],
    *["\u200b", "\u2028", "", "<s>", "</s>", "<mask>", "a<mask>", "a <mask> b", "x<s>y", "< s>", "<pad>½"],
    *["$1,234.56", "12345678901234567890", "0000000000000000", "(1/2)", "350°F", "http://a.b/c?d=e", "C++", "__init__"],
    *["x²", "٣", "१२३", "Ⅷ", "𝟘𝟙", "\U0010ffff", "\x00", "\x7f", "soft\xadhyphen", "ß", "İ", "\U00010400", "Ġa", "Ċ", "Â"],
    *[["a", 10000], ["½", 300], [".", 1000], [" ", 1000], ["漢", 200], ["'s", 500], ["The", 400], ["x \t \n y", 100]],
]
texts = [w if isinstance(w, str) else w[0] * w[1] for w in WORDS]
vocabularies = {}
for name, folder in {
    "roberta": root.parent / "shared/data/tokenizers/layoutlmv3-v4",
    "galley-nano": root / "configs/models/galley-nano",
}.items():
    if not (folder / "tokenizer.json").exists():
        continue
    tokenizer = LayoutLMv3TokenizerFast.from_pretrained(folder)
    rows = []
    for text in texts:
        row = tokenizer([text], boxes=[[0, 0, 0, 0]], word_labels=[1], truncation=False)
        ids = row["input_ids"][1:-1]
        # Long words are held by length and a checksum, to keep the file small.
        labelled = [i for i, label in enumerate(row["labels"][1:-1]) if label == 1][:50]
        if len(ids) > 60:
            check = 0
            for i in ids:
                check = (check * 31 + i) % 1000000007
            rows.append({"count": len(ids), "checksum": check, "v4": labelled})
        else:
            rows.append({"ids": ids, "v4": labelled})
    vocabularies[name] = rows
(out / "nasty-words.golden.json").write_text(
    json.dumps(
        {"transformers": transformers.__version__, "words": WORDS, "vocabularies": vocabularies},
        ensure_ascii=True,
    ).replace('], "', '],\n"').replace("}, {", "},\n{")
    + "\n"
)
