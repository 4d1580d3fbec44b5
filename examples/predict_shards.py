"""Predicts a Galley dataset with an exported model, several processes, without Galley: the hand-over to a larger engine.

    node scripts/export-onnx.ts models/galley-nano nano.onnx
    pip install onnxruntime pyarrow tokenizers pillow numpy
    python examples/predict_shards.py --onnx nano.onnx --model_dir models/galley-nano \\
        --dataset_dir data/demo/dataset --split train --out predictions.parquet --workers 2

`predict` takes rows (a dict of columns, as Ray Data's map_batches and Spark's mapInPandas hand them over) and gives rows;
with Ray it is

    ray.data.from_arrow(tables).map_batches(Predictor, fn_constructor_args=(onnx, model_dir), batch_size=64, concurrency=8)
"""

import argparse
import io
import json
import multiprocessing
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.parquet
from PIL import Image
from tokenizers import Tokenizer

BATCH = 4
MAX_LENGTH = 512
STRIDE = 128


class Predictor:
    """One per process: the session with its weights, and the tokenizer."""

    def __init__(self, onnx, model_dir, threads=1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        self.inputs = {i.name for i in self.session.get_inputs()}
        config = json.loads((Path(model_dir) / "config.json").read_text())
        self.labels = [config["id2label"][str(i)] for i in range(len(config["id2label"]))]
        self.side = config["input_size"]
        self.pad = config.get("pad_token_id", 1)
        self.limit = min(MAX_LENGTH, config["max_position_embeddings"] - 2)
        self.tokenizer = Tokenizer.from_file(str(Path(model_dir) / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def windows(self, words):
        """Token ids and the word of each token (-1 for specials), in overlapping windows."""
        found = self.tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
        cls, sep = (self.tokenizer.token_to_id(t) for t in ("<s>", "</s>"))
        size = self.limit - 2
        step = size - STRIDE if len(found.ids) > size else size
        for start in range(0, max(1, len(found.ids)), step):
            ids, owner = found.ids[start : start + size], found.word_ids[start : start + size]
            yield [cls, *ids, sep], [-1, *owner, -1]
            if start + size >= len(found.ids):
                break

    def pixels(self, path, data):
        try:
            image = Image.open(io.BytesIO(data) if data else path).convert("RGB")
        except (OSError, TypeError, AttributeError):
            image = Image.new("RGB", (self.side, self.side), "white")
        image = image.resize((self.side, self.side), Image.BILINEAR)
        return np.asarray(image, dtype=np.float32).transpose(2, 0, 1) / 127.5 - 1

    def __call__(self, rows):
        jobs = []
        for page, words in enumerate(rows["words"]):
            jobs += [(page, ids, owner) for ids, owner in self.windows(words)] if len(words) else []
        jobs.sort(key=lambda job: len(job[1]))
        answers = [["O"] * len(words) for words in rows["words"]]
        sure = [np.full(len(words), -np.inf) for words in rows["words"]]
        for start in range(0, len(jobs), BATCH):
            self.batch(rows, jobs[start : start + BATCH], answers, sure)
        return {"page_num": list(rows["page_num"]), "words": list(rows["words"]), "labels": answers}

    def batch(self, rows, jobs, answers, sure):
        longest = max(len(ids) for _, ids, _ in jobs)
        shape = (len(jobs), longest)
        feeds = {
            "input_ids": np.full(shape, self.pad, np.int64),
            "attention_mask": np.zeros(shape, np.int64),
            "bbox": np.zeros((*shape, 4), np.int64),
        }
        for row, (page, ids, owner) in enumerate(jobs):
            feeds["input_ids"][row, : len(ids)] = ids
            feeds["attention_mask"][row, : len(ids)] = 1
            for i, word in enumerate(owner):
                if word >= 0:
                    feeds["bbox"][row, i] = rows["bboxes"][page][word]
        if "pixel_values" in self.inputs:
            paths = rows.get("image_path", [None] * len(answers))
            feeds["pixel_values"] = np.stack([self.pixels(paths[page], None) for page, _, _ in jobs])
        logits = self.session.run(["logits"], feeds)[0]
        for row, (page, _, owner) in enumerate(jobs):
            for i, word in enumerate(owner):
                # The first piece of a word speaks for it; of two windows the one that sees more around it.
                if word < 0 or owner[i - 1] == word:
                    continue
                room = min(i, len(owner) - i)
                if room > sure[page][word]:
                    sure[page][word] = room
                    answers[page][word] = self.labels[int(logits[row, i].argmax())]


def shard_paths(dataset_dir, split):
    folder = Path(dataset_dir) / "dataset_dict" / split
    return sorted(folder.glob("*.arrow"))


def batches(paths, size=64):
    """Record batches of the shards as columns; a shard is mapped, not read."""
    for path in paths:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
            for batch in stream:
                for start in range(0, batch.num_rows, size):
                    yield batch.slice(start, size).to_pydict()


worker = None


def start(*arguments):
    global worker
    worker = Predictor(*arguments)


def work(rows):
    return worker(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("onnx", "model_dir", "dataset_dir", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    began, pages, writer = time.perf_counter(), 0, None
    # spawn: ONNX Runtime's threads do not survive a fork.
    with multiprocessing.get_context("spawn").Pool(options.workers, start, (options.onnx, options.model_dir)) as pool:
        for answer in pool.imap(work, batches(shard_paths(options.dataset_dir, options.split))):
            table = pa.table(answer)
            writer = writer or pyarrow.parquet.ParquetWriter(options.out, table.schema)
            writer.write_table(table)
            pages += table.num_rows
    if writer:
        writer.close()
    seconds = time.perf_counter() - began
    print(f"{pages} pages in {seconds:.1f} s, {options.workers} processes: {options.out}")


if __name__ == "__main__":
    main()
