/** Opens a dataset with Galley and writes it again: copy_dataset.ts FROM TO MAX_SHARD_BYTES [EMPTY_SPLIT...]. See check_datasets.py. */
import { openDatasetDict } from '../../core/datasets/dataset-dict.ts';
import { writeDatasetDict } from '../../core/datasets/write-dataset-dict.ts';

const [from, to, maxShardBytes, ...emptySplits] = process.argv.slice(2);
const dataset = await openDatasetDict(from);
const [first] = dataset.splits.values();
const written = await writeDatasetDict(to, {
  splits: {
    ...Object.fromEntries(dataset.splits),
    ...Object.fromEntries(emptySplits.map((name) => [name, []])),
  },
  labelMap: dataset.labelMap,
  extraColumns: first.extraColumns,
  images: first.hasImages ? 'embed' : 'path',
  maxShardBytes: Number(maxShardBytes),
  overwrite: true,
});
console.log(JSON.stringify({ ...written, notices: dataset.notices.length }));
