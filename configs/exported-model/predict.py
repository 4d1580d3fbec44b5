"""Labels the words of one page with the model in this folder. Needs nothing of Galley:

    pip install -r requirements.txt
    python predict.py example.json
    python predict.py page.json --image page.png --precision int8

The JSON holds {"words": [...], "bboxes": [[x0, y0, x1, y1], ...], "width": W, "height": H}, boxes 0..1000 of the page,
or pixels with "box_space": "pixels"; "preceding_words" may hold the last words of the page before, for models that read
them (context_words in inference.json). A line a word is printed: label, probability, word, with tabs between them.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageDraw, ImageOps
from tokenizers import Tokenizer

# Where a page has no picture its words stand as boxes of this grey, which is about what print leaves of them.
PRINT_GREY = 208
BATCH = 4


class Predictor:
    def __init__(self, folder, precision=None, threads=0):
        folder = Path(folder)
        self.settings = json.loads((folder / "inference.json").read_text(encoding="utf-8"))
        models = self.settings["models"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        path = folder / models[precision or next(iter(models))]
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def __call__(self, page, image=None):
        """Probabilities [words, labels] of a page; `image` is a path, the file's bytes, or None."""
        windows = self.windows(page)
        pixels = self.pixels(page, image) if self.settings["image"] else None
        labels = len(self.settings["labels"])
        logits = np.zeros((len(page["words"]), labels), np.float32)
        own = np.zeros(len(page["words"]), bool)
        for start in range(0, len(windows), BATCH):
            batch = windows[start : start + BATCH]
            for window, rows in zip(batch, self.run(batch, pixels)):
                for word, at in window["heads"]:
                    logits[word] = rows[at]
                    own[word] = True
        # A word without pieces (empty text) is what the word before it is.
        known = np.flatnonzero(own)
        for word in np.flatnonzero(~own) if len(known) else []:
            before = known[known < word]
            logits[word] = logits[before[-1] if len(before) else known[0]]
        values = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True, initial=-np.inf))
        return values / values.sum(axis=1, keepdims=True)

    def run(self, batch, pixels):
        longest = max(len(window["ids"]) for window in batch)
        feeds = {
            "input_ids": np.full((len(batch), longest), self.settings["pad_id"], np.int64),
            "attention_mask": np.zeros((len(batch), longest), np.int64),
            "bbox": np.zeros((len(batch), longest, 4), np.int64),
        }
        for row, window in enumerate(batch):
            length = len(window["ids"])
            feeds["input_ids"][row, :length] = window["ids"]
            feeds["attention_mask"][row, :length] = 1
            feeds["bbox"][row, :length] = window["boxes"]
        if pixels is not None:
            feeds["pixel_values"] = np.stack([pixels] * len(batch))
        return self.session.run(["logits"], feeds)[0]

    def windows(self, page):
        """The page in overlapping windows of at most max_length tokens; each word is read where most is around it."""
        settings, words = self.settings, page["words"]
        boxes = boxes_of(page)
        if settings["line_boxes"]:
            boxes = line_boxes(boxes, reading_lines(boxes, page["width"], page["height"]))
        found = self.tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
        ids, owner = found.ids, found.word_ids
        heads = [-1] * len(words)
        for at, word in enumerate(owner):
            if heads[word] < 0:
                heads[word] = at
        length, stride = settings["max_length"], settings["stride"]
        context = self.context(page, min(length / 4, length - 3 - stride))
        spans = spans_of(len(ids), length - len(context) - 2, stride)
        reader = readers_of(heads, spans, len(ids))
        cls, sep = settings["cls"], settings["sep"]
        windows = []
        for number, (start, end) in enumerate(spans):
            ahead = context if number == 0 else []
            windows.append(
                {
                    "ids": [cls["id"], *ahead, *ids[start:end], sep["id"]],
                    "boxes": [cls["box"]]
                    + [[0, 0, 1000, 0]] * len(ahead)
                    + [boxes[word] for word in owner[start:end]]
                    + [sep["box"]],
                    "heads": [
                        (word, len(ahead) + head - start + 1)
                        for word, head in enumerate(heads)
                        if head >= 0 and reader[word] == number
                    ],
                }
            )
        return windows

    def context(self, page, room):
        count = self.settings["context_words"]
        before = list(page.get("preceding_words") or [])[-count:] if count else []
        ids = self.tokenizer.encode(before, is_pretokenized=True, add_special_tokens=False).ids if before else []
        most = int(room) - 1
        return [*ids[-most:], self.settings["sep"]["id"]] if ids and most >= 1 else []

    def pixels(self, page, image):
        """[3, size, size] of the page's picture, or of its words as grey boxes where there is none."""
        settings = self.settings["image"]
        if isinstance(image, bytes):
            import io

            image = io.BytesIO(image)
        picture = ImageOps.exif_transpose(Image.open(image)).convert("RGB") if image else drawn(page)
        picture = picture.resize((settings["size"], settings["size"]), Image.BILINEAR)
        values = np.asarray(picture).astype(np.float64) * settings["rescale_factor"]
        mean, std = (np.asarray(settings[key], np.float32) for key in ("mean", "std"))
        return ((values.astype(np.float32) - mean) / std).transpose(2, 0, 1)


def boxes_of(page):
    if len(page["words"]) != len(page["bboxes"]):
        raise ValueError(f"{len(page['words'])} words and {len(page['bboxes'])} boxes")
    if page.get("box_space", "0-1000") == "0-1000":
        return [list(box) for box in page["bboxes"]]
    sides = (page["width"], page["height"], page["width"], page["height"])
    boxes = []
    for box in page["bboxes"]:
        x0, y0, x1, y1 = (min(1000, max(0, int(1000 * value / side))) for value, side in zip(box, sides))
        boxes.append([x0, y0, max(x0, x1), max(y0, y1)])
    return boxes


def drawn(page):
    scale = 1000 / max(page["width"], page["height"])
    width, height = (max(1, round(page[side] * scale)) for side in ("width", "height"))
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    for word, box in zip(page["words"], boxes_of(page)):
        x0, x1 = (box[i] * width // 1000 for i in (0, 2))
        y0, y1 = (box[i] * height // 1000 for i in (1, 3))
        if x0 < x1 and y0 < y1 and word.strip():
            pen.rectangle((x0, y0, x1 - 1, y1 - 1), fill=(PRINT_GREY,) * 3)
    return picture


def spans_of(count, size, stride):
    spans, start = [], 0
    while True:
        end = min(start + size, count)
        spans.append((start, end))
        if end >= count:
            return spans
        start += size - stride


def readers_of(heads, spans, count):
    """Which window each word is read in: the one whose nearer cut is farthest away, the first of equals."""
    reader = [-1] * len(heads)
    for word, head in enumerate(heads):
        best = -1
        for number, (start, end) in enumerate(spans):
            if head < start or head >= end:
                continue
            left = float("inf") if start == 0 else head - start
            right = float("inf") if end == count else end - 1 - head
            if min(left, right) > best:
                best, reader[word] = min(left, right), number
    return reader


def line_boxes(boxes, lines):
    """Each box becomes that of its line."""
    result = list(boxes)
    for line in lines:
        xs0, ys0, xs1, ys1 = zip(*(boxes[i] for i in line))
        for i in line:
            result[i] = [min(xs0), min(ys0), max(xs1), max(ys1)]
    return result


def median(values):
    return sorted(values)[len(values) >> 1] if len(values) else 0


def reading_lines(boxes, width, height):
    """Words of each line: what stands at one height, parted at the gaps between columns."""
    sx, sy = width / 1000, height / 1000
    left, right = [b[0] * sx for b in boxes], [b[2] * sx for b in boxes]
    middle = [(b[1] + b[3]) / 2 * sy for b in boxes]
    tall = median([(b[3] - b[1]) * sy for b in boxes])
    by_left, slopes = sorted(range(len(boxes)), key=lambda i: left[i]), []
    for k, i in enumerate(by_left):
        near = (j for j in by_left[k + 1 :] if left[j] >= right[i] - 1 and abs(middle[j] - middle[i]) < tall / 2)
        j = next(near, None)
        if j is None or left[j] - right[i] > 2 * tall:
            continue
        run = (left[j] + right[j] - left[i] - right[i]) / 2
        if run > tall:
            slopes.append((middle[j] - middle[i]) / run)
    skew = 0 if len(slopes) < 8 else max(-0.1, min(0.1, median(slopes)))
    level = [middle[i] - skew * (left[i] + right[i]) / 2 for i in range(len(boxes))]
    rows = []
    for i in sorted(range(len(boxes)), key=lambda i: level[i]):
        if rows and level[i] - rows[-1][1] <= max(2, 0.6 * tall):
            rows[-1][0].append(i)
            rows[-1][1] += (level[i] - rows[-1][1]) / len(rows[-1][0])
        else:
            rows.append([[i], level[i]])
    rows = [sorted(indices, key=lambda i: left[i]) for indices, _ in rows]
    gaps = []
    for row in rows:
        wide, end = [], float("-inf")
        for at, i in enumerate(row):
            if at > 0 and left[i] - end > 1.1 * tall:
                wide.append((at, end, left[i]))
            end = max(end, right[i])
        gaps.append(wide)
    lines = []
    for r, row in enumerate(rows):
        beside = (gaps[r - 1] if r > 0 else []) + (gaps[r + 1] if r + 1 < len(gaps) else [])
        cuts = [
            at
            for at, start, end in gaps[r]
            if end - start > 3.5 * tall or any(min(end, e) - max(start, s) > 1.6 * tall for _, s, e in beside)
        ]
        lines += [row[a:b] for a, b in zip([0, *cuts], [*cuts, len(row)])]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", help="JSON with words and boxes")
    parser.add_argument("--image", help="picture of the page")
    parser.add_argument("--precision", choices=("float32", "int8"))
    options = parser.parse_args()
    page = json.loads(Path(options.page).read_text(encoding="utf-8"))
    predictor = Predictor(Path(__file__).parent, options.precision)
    for word, row in zip(page["words"], predictor(page, options.image)):
        print(f"{predictor.settings['labels'][int(row.argmax())]}\t{row.max():.6f}\t{word}")


if __name__ == "__main__":
    main()
