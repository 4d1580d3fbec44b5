"""Labels the pages of a dataset with an exported model under Ray Data: nothing of Galley runs here.

    galley export-model --model_dir models/layoutlmv3_boston_final --out_dir my-model
    galley export --dataset_dir DATASET --format hf --images none --out pages
    pip install "ray[data]" -r my-model/requirements.txt
    python examples/predict_ray.py --model my-model --pages pages --out predictions --workers 2

Arrow shards in, Parquet out. Each worker is one process with one model; on a cluster `ray.init("auto")` makes them many.
Rows know nothing of each other, so they may be read in any order (a model with context_words in its inference.json would
want the last words of the page before as "preceding_words").
"""

import argparse
import importlib.util
import os
import time
from pathlib import Path

# Ray's own console output and usage report are of no use here.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import numpy as np
import pyarrow as pa
import ray


class Labels:
    """One per worker: the predictor that travels with the model, called with columns."""

    def __init__(self, model, precision):
        spec = importlib.util.spec_from_file_location("predict", Path(model) / "predict.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.predict = module.Predictor(model, precision, threads=1)

    def __call__(self, table):
        names = self.predict.settings["labels"]
        labels, confidence = [], []
        for row in table.select([c for c in COLUMNS if c in table.column_names]).to_pylist():
            rows = self.predict(row, picture_of(row))
            best = rows.argmax(axis=1) if len(rows) else np.zeros(0, int)
            labels.append([names[i] for i in best])
            confidence.append([float(row[i]) for row, i in zip(rows, best)])
        return pa.table(
            {
                "page_num": table["page_num"],
                "words": table["words"],
                "labels": pa.array(labels, pa.list_(pa.string())),
                "confidence": pa.array(confidence, pa.list_(pa.float32())),
            }
        )


COLUMNS = ("page_num", "words", "bboxes", "width", "height", "image", "image_path")


def picture_of(row):
    """A scan embedded in the row, or beside it by path; None where there is none."""
    image = row.get("image")
    if isinstance(image, dict):
        return image.get("bytes") or image.get("path")
    path = image or row.get("image_path")
    return path if path and Path(path).exists() else None


def blocks(folder, size):
    """The shards of a dataset folder as tables of `size` pages; shards are mapped, not read."""
    for path in sorted(Path(folder).rglob("*.arrow")):
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
            table = stream.read_all()
        for start in range(0, table.num_rows, size):
            yield table.slice(start, size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("model", "pages", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--precision", choices=("float32", "int8"))
    parser.add_argument("--block", type=int, default=16, help="pages a task")
    options = parser.parse_args()
    ray.init(num_cpus=options.workers, include_dashboard=False, log_to_driver=False)
    began = time.perf_counter()
    tables = list(blocks(options.pages, options.block))
    labelled = ray.data.from_arrow(tables).map_batches(
        Labels,
        fn_constructor_args=(str(Path(options.model).resolve()), options.precision),
        batch_format="pyarrow",
        batch_size=options.block,
        compute=ray.data.ActorPoolStrategy(size=options.workers),
        num_cpus=1,
    )
    labelled.write_parquet(options.out)
    seconds = time.perf_counter() - began
    pages = sum(table.num_rows for table in tables)
    print(f"{pages} pages in {len(tables)} blocks, {options.workers} workers: {seconds:.1f} s, {options.out}")


if __name__ == "__main__":
    main()
