"""Passes random datasets of pages between Hugging Face `datasets` and Galley, both ways.

    python scripts/reference/check_datasets.py --cases 20 --seed 7
    python scripts/reference/check_datasets.py --folders      every folder of ../shared/data/hf-datasets, row by row

Each case: `datasets` saves (A), Galley reads A and writes it again (B), `datasets` loads B, compares features and rows
with A, maps and saves it (C), Galley reads C and writes it (D), `datasets` loads D and compares with A. Besides, Arrow
files that `datasets` reads but does not write: dictionary columns with deltas, string views, large lists, one batch a
row, no end-of-stream mark. Exits 1 at the first difference. Runs with datasets 2.x to 5.x.

--golden FILE packs one fixed dataset as this version saves it, for core/datasets/golden.test.ts.
"""

import argparse
import base64
import datetime
import decimal
import io
import json
import random
import shutil
import string
import subprocess
import sys
import tempfile
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa
from datasets import Array2D, ClassLabel, Dataset, DatasetDict, Features, Image, Sequence, Value
from PIL import Image as Pillow

datasets.disable_progress_bar()
HERE = Path(__file__).parent
NODE = HERE.parent.parent / "node_modules" / ".bin" / "node"
LABELS = ["O", "TITLE", "INGREDIENT_LINE", "INSTRUCTION_STEP", "TIME", "TEMP", "SERVINGS"]
NASTY = ["½", "é", "e\u0301", "漢字", "👩\u200d🍳", "\u2028", "a\tb", "\u0000", "", " ", '"', "\\n", "a" * 3000]
WIDE = getattr(datasets, "LargeList", None)
LISTS = getattr(datasets, "List", None)


def word(rng):
    return rng.choice(NASTY) if rng.random() < 0.2 else "".join(rng.choices(string.ascii_letters, k=rng.randint(1, 9)))


def maybe(rng, make):
    return None if rng.random() < 0.2 else make()


def png(rng):
    out = io.BytesIO()
    Pillow.fromarray(np.asarray(rng.choices(range(256), k=12), dtype=np.uint8).reshape(3, 4)).save(out, "PNG")
    return out.getvalue()


def extra_columns(rng):
    """Name -> (feature, how to make a value)."""
    # Not beyond 2^63: datasets itself cannot write such a uint64.
    whole = lambda bits, signed=True: rng.randint(-(2 ** (bits - 1)) if signed else 0, 2 ** min(bits - signed, 63) - 1)
    when = lambda: datetime.datetime(1896, 1, 1) + datetime.timedelta(microseconds=rng.randint(0, 2**52))
    some = lambda make: [make() for _ in range(rng.randint(0, 4))]
    columns = {
        "text": (Value("string"), lambda: maybe(rng, lambda: word(rng))),
        "long_text": (Value("large_string"), lambda: maybe(rng, lambda: word(rng))),
        "flag": (Value("bool"), lambda: maybe(rng, lambda: rng.random() < 0.5)),
        "blob": (Value("binary"), lambda: maybe(rng, lambda: rng.randbytes(rng.randint(0, 9)))),
        "large_blob": (Value("large_binary"), lambda: maybe(rng, lambda: rng.randbytes(rng.randint(0, 9)))),
        "f32": (Value("float32"), lambda: maybe(rng, lambda: float(np.float32(rng.gauss(0, 1))))),
        "f64": (Value("float64"), lambda: maybe(rng, lambda: rng.choice([rng.gauss(0, 1), float("inf"), 0.1]))),
        "day": (Value("date32"), lambda: maybe(rng, lambda: when().date())),
        "at": (Value("timestamp[us]"), lambda: maybe(rng, when)),
        "zoned": (
            Value("timestamp[us, tz=UTC]"),
            lambda: maybe(rng, lambda: when().replace(tzinfo=datetime.timezone.utc)),
        ),
        "took": (Value("duration[us]"), lambda: datetime.timedelta(microseconds=whole(40))),
        "clock": (Value("time64[us]"), lambda: when().time()),
        "price": (Value("decimal128(12, 2)"), lambda: maybe(rng, lambda: decimal.Decimal(whole(30)).scaleb(-2))),
        "nothing": (Value("null"), lambda: None),
        "kind": (ClassLabel(names=["page", "plate"]), lambda: rng.choice([0, 1, -1])),
        "scores": (Sequence(Value("float32")), lambda: maybe(rng, lambda: some(lambda: float(rng.randint(0, 9))))),
        "corner": (Sequence(Value("int16"), length=2), lambda: [whole(16), whole(16)]),
        "lines": (
            Sequence({"first": Value("int64"), "text": Value("string")}),
            lambda: {"first": [1, 2], "text": [word(rng), word(rng)]},
        ),
        "spans": ([{"start": Value("int32"), "label": Value("string")}], lambda: some(lambda: span(rng))),
        "source": (
            {"book": Value("string"), "shelf": {"row": Value("uint8")}},
            lambda: {"book": word(rng), "shelf": {"row": whole(8, False)}},
        ),
        "grid": (Array2D(shape=(2, 3), dtype="int64"), lambda: [[whole(60) for _ in range(3)] for _ in range(2)]),
    }
    for bits in (8, 16, 32, 64):
        columns[f"i{bits}"] = (Value(f"int{bits}"), lambda b=bits: maybe(rng, lambda: whole(b)))
        columns[f"u{bits}"] = (Value(f"uint{bits}"), lambda b=bits: maybe(rng, lambda: whole(b, False)))
    if WIDE:
        columns["many"] = (WIDE(Value("int64")), lambda: maybe(rng, lambda: some(lambda: whole(64))))
    if LISTS:
        columns["pairs"] = (LISTS({"x": Value("int64")}), lambda: some(lambda: {"x": whole(64)}))
    chosen = rng.sample(sorted(columns), k=rng.randint(0, 9))
    return {name: columns[name] for name in chosen}


def span(rng):
    return {"start": rng.randint(0, 99), "label": word(rng)}


def box(rng):
    x, y = sorted(rng.sample(range(1001), 2)), sorted(rng.sample(range(1001), 2))
    return [x[0], y[0], x[1], y[1]]


def make_case(rng):
    extra = extra_columns(rng)
    with_images = rng.random() < 0.4
    hub_names = rng.random() < 0.3
    names = LABELS if rng.random() < 0.7 else ["O", "B-HEADER", "I-HEADER"]
    tags = ClassLabel(names=names) if rng.random() < 0.7 or names != LABELS else Value("int64")
    # A ClassLabel column may hold -1, a column of integers what PyTorch ignores; Galley writes -100 for both.
    unknown = -1 if isinstance(tags, ClassLabel) else -100
    tokens, labels = ("tokens", "ner_tags") if hub_names else ("words", "labels")
    features = {
        tokens: Sequence(Value("string")),
        "bboxes": Sequence(Sequence(Value("int64"))),
        labels: Sequence(tags),
        "width": Value("int64"),
        "height": Value("int64"),
        "page_num": Value("int64"),
        **({"image": Image()} if with_images else {"image_path": Value("string")}),
        **{name: feature for name, (feature, _) in extra.items()},
    }

    def page(number):
        size = rng.randint(1, 30)
        own = {
            tokens: [word(rng) for _ in range(size)],
            "bboxes": [box(rng) for _ in range(size)],
            labels: [rng.choice([unknown, *range(len(names))]) for _ in range(size)],
            "width": rng.randint(1, 4000),
            "height": rng.randint(1, 4000),
            "page_num": number,
        }
        if with_images:
            own["image"] = maybe(rng, lambda: {"bytes": png(rng), "path": rng.choice([None, "a.png"])})
        else:
            own["image_path"] = maybe(rng, lambda: "/nowhere/at all/ä.png")
        return {**own, **{name: make() for name, (_, make) in extra.items()}}

    splits = rng.sample(["train", "validation", "val", "test", "held_out"], k=rng.randint(1, 3))
    # datasets 4.5 and later cannot load an empty split of their own: that one Galley adds.
    sizes = {name: rng.choice([1, 2, 7, 40]) for name in splits}
    return Features(features), {name: [page(i + 1) for i in range(size)] for name, size in sizes.items()}


def saved(features, splits, folder, rng, shards=None):
    parts = {
        name: Dataset.from_dict({key: [row[key] for row in rows] for key in features}, features=features)
        for name, rows in splits.items()
    }
    shards = shards or {name: rng.randint(1, min(3, len(rows))) for name, rows in splits.items()}
    DatasetDict(parts).save_to_disk(str(folder), num_shards=shards)


def galley_copy(source, target, shard_bytes, *empty_splits):
    command = [NODE, HERE / "copy_dataset.ts", source, target, shard_bytes, *empty_splits]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Galley could not copy {source}:\n{done.stderr}")
    return json.loads(done.stdout)


def undecoded(dataset):
    for name, feature in dataset.features.items():
        if isinstance(feature, Image):
            dataset = dataset.cast_column(name, Image(decode=False))
    return dataset


def rows_of(dataset):
    """Rows as plain values from Arrow itself, so that no decoding hides a difference."""
    return undecoded(dataset).with_format("arrow")[:].to_pylist() if len(dataset) else []


RENAMED = {"tokens": "words", "ner_tags": "labels"}


def compare(before, after, what):
    if list(before) != list(after):
        sys.exit(f"{what}: splits {list(after)}, expected {list(before)}")
    for name in before:
        a, b = before[name], after[name]
        for column, feature in a.features.items():
            twin = b.features.get(RENAMED.get(column, column))
            inner = getattr(feature, "feature", None)
            as_class_label = column in ("labels", "ner_tags") and isinstance(inner, Value)
            if not as_class_label and twin != feature:
                sys.exit(f"{what}, split {name}, column {column}: feature {twin}, expected {feature}")
        expected = [{RENAMED.get(key, key): value for key, value in row.items()} for row in rows_of(a)]
        for row in expected:
            row["labels"] = [-100 if label == -1 else label for label in row["labels"]]
        found = [{key: row[key] for key in expected[0]} for row in rows_of(b)] if expected else rows_of(b)
        if repr(expected) != repr(found):
            for i, (x, y) in enumerate(zip(expected, found)):
                for key in x:
                    if repr(x[key]) != repr(y[key]):
                        sys.exit(f"{what}, split {name}, row {i}, {key}: {y[key]!r}, expected {x[key]!r}")
            sys.exit(f"{what}, split {name}: {len(found)} rows, expected {len(expected)}")
        if len(b):
            b[0]


def check_case(rng, folder):
    features, splits = make_case(rng)
    a, b, c, d = (folder / name for name in "abcd")
    saved(features, splits, a, rng)
    original = datasets.load_from_disk(str(a))
    galley_copy(a, b, rng.choice([1, 2000, 10**9]), "blank")
    copied = datasets.load_from_disk(str(b / "dataset_dict"))
    # No rows, so that only its features are compared.
    original["blank"] = copied["blank"]
    compare(original, copied, "datasets -> Galley -> datasets")
    if copied["blank"].features != next(iter(copied.values())).features or len(copied["blank"]):
        sys.exit("the empty split has other features, or rows")
    # Older versions divide by zero when they save an empty split with images, newer ones save it without a file.
    if int(datasets.__version__.split(".")[0]) < 5:
        copied.pop("blank"), original.pop("blank")
    copied.map(lambda row: {"page_num": row["page_num"]}, load_from_cache_file=False).save_to_disk(str(c))
    galley_copy(c, d, 10**9)
    compare(original, datasets.load_from_disk(str(d / "dataset_dict")), "and once more")
    return sum(map(len, splits.values()))


def raw_table(rng, rows):
    """A table in forms that datasets reads and casts, but never writes."""
    texts = [[word(rng) for _ in range(rng.randint(1, 5))] for _ in range(rows)]
    boxes = [[box(rng) for _ in row] for row in texts]
    labels = [[rng.randint(0, 6) for _ in row] for row in texts]
    quality = [rng.choice(["gold", "silver", None]) for _ in range(rows)]
    flat = pa.array([text for row in texts for text in row])
    flat = rng.choice([flat, flat.cast(pa.large_string()), flat.dictionary_encode()])
    outer = rng.choice([pa.list_, pa.large_list])
    starts = pa.array(np.cumsum([0] + [len(row) for row in texts]), pa.int64())
    lists = pa.LargeListArray.from_arrays(starts, flat)
    lists = lists if outer is pa.large_list else pa.ListArray.from_arrays(starts.cast(pa.int32()), flat)
    columns = {
        "words": lists,
        "bboxes": pa.array(boxes, outer(pa.list_(rng.choice([pa.int64(), pa.int32(), pa.int16()]), rng.choice([-1, 4])))),
        "labels": pa.array(labels, outer(pa.int8())),
        "quality": pa.array(quality).dictionary_encode(),
    }
    plain = {"words": texts, "bboxes": boxes, "labels": labels, "quality": quality}
    return pa.table(columns), plain


def check_raw(rng, folder):
    table, plain = raw_table(rng, rng.choice([1, 3, 20]))
    source = folder / "raw" / "train"
    source.mkdir(parents=True)
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=rng.random() < 0.5)
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rng.choice([1, 4, 1000]))
    data = out.getvalue()
    (source / "part.arrow").write_bytes(data[:-8] if rng.random() < 0.3 else data)
    (source / "state.json").write_text(json.dumps({"_data_files": [{"filename": "part.arrow"}]}))
    (source / "dataset_info.json").write_text("{}")
    (folder / "raw" / "dataset_dict.json").write_text('{"splits": ["train"]}')
    galley_copy(folder / "raw", folder / "copy", 10**9)
    copied = datasets.load_from_disk(str(folder / "copy" / "dataset_dict"))["train"]
    for column, expected in plain.items():
        found = copied.with_format("arrow")[:].column(column).to_pylist()
        if found != expected:
            sys.exit(f"raw Arrow, column {column} ({table.schema.field(column).type}): {found}, expected {expected}")
    return len(copied)


def golden(folder):
    """Two pages in two shards and one to validate on, with the columns that changed most between versions."""
    features = Features(
        {
            "id": Value("string"),
            "words": Sequence(Value("string")),
            "bboxes": Sequence(Sequence(Value("int64"))),
            "labels": Sequence(ClassLabel(names=LABELS)),
            "width": Value("int64"),
            "height": Value("int64"),
            "page_num": Value("int64"),
            "image": Image(),
            "lines": Sequence({"first": Value("int32"), "text": Value("string")}),
            "spans": [{"start": Value("int32"), "label": Value("string")}],
            "size_known": Value("bool"),
            "non_o_ratio": Value("float64"),
        }
    )
    image = {"bytes": png(random.Random(0)), "path": "38.png"}
    rows = [
        ["p38", ["BREAD", "½", "cup"], [[0, 0, 9, 9], [10, 0, 19, 9], [20, 0, 1000, 1000]], [1, 2, -1], 4, 3, 38, image,
         {"first": [0], "text": ["BREAD"]}, [{"start": 0, "label": "TITLE"}], True, 0.5],
        ["p39", ["漢字"], [[5, 5, 5, 5]], [0], 500, 870, 39, None, {"first": [], "text": []}, [], None, 0.0],
        ["p40", ["é", ""], [[0, 0, 1, 1], [1, 1, 2, 2]], [6, 4], 500, 870, 40, None,
         {"first": [1, 2], "text": ["a", None]}, [{"start": 7, "label": None}], False, None],
    ]
    rows = [dict(zip(features, row)) for row in rows]
    saved(features, {"train": rows[:2], "val": rows[2:]}, folder, None, {"train": 2, "val": 1})


def check_folders():
    """Every real folder: the same splits, columns and rows; where `datasets` refuses one, so must Galley."""
    root = HERE.parent.parent.parent / "shared/data/hf-datasets"
    marks = ("dataset_dict.json", "state.json")
    found = {path.parent for mark in marks for path in root.rglob(mark)}
    folders = sorted(folder for folder in found if folder.parent not in found)
    rows = 0
    for folder in folders:
        loaded = datasets.load_from_disk(str(folder))
        splits = loaded if isinstance(loaded, DatasetDict) else {None: loaded}
        run = subprocess.Popen([NODE, HERE / "read_tables.ts", folder], stdout=subprocess.PIPE, text=True, encoding="utf8")
        for split, dataset in splits.items():
            header = json.loads(run.stdout.readline())
            if (split or header["split"], dataset.column_names, len(dataset)) != (header["split"], header["columns"], header["rows"]):
                sys.exit(f"{folder}: {header}, datasets has {split}: {dataset}")
            for i, row in enumerate(undecoded(dataset).with_format("arrow")[:].to_pylist()):
                mine = json.loads(run.stdout.readline())
                if mine != (theirs := json.loads(json.dumps(list(row.values())))):
                    sys.exit(f"{folder}, split {split}, row {i}: {mine}, datasets has {theirs}")
            rows += len(dataset)
        if run.stdout.readline() or run.wait():
            sys.exit(f"{folder}: Galley has more splits, or failed")
        print(f"ok   {folder.relative_to(root)}: {sum(map(len, splits.values()))} rows")
    # Arrow files without the JSON files beside them.
    damaged = sorted({path.parent for path in root.rglob("*.arrow") if not any((path.parent / mark).exists() for mark in marks)})
    for folder in damaged:
        try:
            datasets.load_from_disk(str(folder))
            sys.exit(f"{folder}: datasets opens it after all")
        except FileNotFoundError:
            pass
        run = subprocess.run([NODE, HERE / "read_tables.ts", folder], capture_output=True, text=True)
        if run.returncode == 0 or "state.json" not in run.stderr:
            sys.exit(f"{folder}: expected an error naming state.json, found {run.stderr[-500:]}")
        print(f"ok   {folder.relative_to(root)}: refused by both")
    if not folders:
        print(f"note: no real datasets in {root}", file=sys.stderr)
    print(f"datasets {datasets.__version__}: {len(folders)} real folders, {rows} rows equal; {len(damaged)} damaged ones refused")


def pack(folder, target):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    packed = {str(path.relative_to(folder)): base64.b64encode(path.read_bytes()).decode() for path in files}
    note = f"datasets {datasets.__version__}, made by scripts/reference/check_datasets.py --golden"
    target.write_text(json.dumps({"note": note, "files": packed}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--folders", action="store_true", help="read the real folders instead")
    args = parser.parse_args()
    if args.folders:
        return check_folders()
    if args.golden:
        folder = Path(tempfile.mkdtemp(prefix="galley-datasets-"))
        golden(folder)
        pack(folder, args.golden)
        return shutil.rmtree(folder)
    rows = 0
    for case in range(args.cases):
        folder = Path(tempfile.mkdtemp(prefix="galley-datasets-"))
        check = check_raw if case % 4 == 3 else check_case
        try:
            rows += check(random.Random(args.seed * 1000 + case), folder)
        except BaseException:
            print(f"datasets {datasets.__version__}, seed {args.seed}, case {case}; files in {folder}", file=sys.stderr)
            raise
        shutil.rmtree(folder)
    print(f"datasets {datasets.__version__}, pyarrow {pa.__version__}, seed {args.seed}: {args.cases} cases, {rows} rows equal")


if __name__ == "__main__":
    main()
