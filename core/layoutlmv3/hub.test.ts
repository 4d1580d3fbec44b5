import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FetchOptions, fetchModel, licenceOfFolder, resolveModel } from './hub.ts';
import { hubSettings, parseRepoId } from './hub-settings.ts';
import { COMMIT, HubStandIn } from './testing/hub-stand-in.ts';

const REPO = 'microsoft/layoutlmv3-base';
const small = (text: string) => ({ content: Buffer.from(text) });
/** Not the same byte anywhere near, so that a wrong resume shows. */
const WEIGHTS = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * i * 31 + i) >> 3));

let hub: HubStandIn;
let cacheDir: string;
let options: FetchOptions;
beforeEach(async () => {
  hub = new HubStandIn(REPO, {
    'config.json': small('{"model_type": "layoutlmv3"}'),
    'model.safetensors': { content: WEIGHTS, large: true },
    'pytorch_model.bin': { content: Buffer.alloc(10), large: true },
    'vocab.json': small('{"<s>": 0}'),
    'merges.txt': small('#version: 0.2\na b\n'),
    'tokenizer_config.json': small('{}'),
    'preprocessor_config.json': small('{"size": 224}'),
    'README.md': small('---\nlicense: cc-by-nc-sa-4.0\n---\n# LayoutLMv3'),
  });
  await hub.start();
  cacheDir = await mkdtemp(join(tmpdir(), 'galley-hub-'));
  options = {
    cacheDir,
    endpoint: hub.endpoint,
    env: {},
    retryDelayMs: 1,
    acceptLicence: () => true,
  };
});
afterEach(async () => {
  await hub.stop();
  await rm(cacheDir, { recursive: true });
});
const root = () => join(cacheDir, 'models--microsoft--layoutlmv3-base');
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 'none', message: '', hint: '' }),
    (error) => ({ code: error.code, message: error.message, hint: error.hint ?? '' }),
  );

describe('fetchModel', () => {
  it('fetches what a token classifier needs, into the layout of huggingface_hub', async () => {
    const model = await fetchModel(REPO, options);
    expect(model).toMatchObject({ dir: join(root(), 'snapshots', COMMIT), repo: REPO, commit: COMMIT });
    expect(model.licence).toMatchObject({ id: 'cc-by-nc-sa-4.0', restrictive: true });
    expect((await readdir(model.dir)).sort()).toEqual([
      'README.md',
      'config.json',
      'merges.txt',
      'model.safetensors',
      'preprocessor_config.json',
      'tokenizer_config.json',
      'vocab.json',
    ]);
    expect((await readFile(join(model.dir, 'model.safetensors'))).equals(WEIGHTS)).toBe(true);
    expect(await readlink(join(model.dir, 'model.safetensors'))).toBe(
      join('..', '..', 'blobs', hub.etag('model.safetensors')),
    );
    expect(await readFile(join(root(), 'refs', 'main'), 'utf8')).toBe(COMMIT);
    expect(existsSync(join(root(), '.no_exist', COMMIT, 'tokenizer.json'))).toBe(true);
    expect(hub.requests.filter((r) => r.includes('pytorch_model'))).toEqual([]);
    // Weights come last: a snapshot that has them has everything.
    expect(hub.requests.at(-1)).toBe('GET /store/model.safetensors');
  });

  it('asks one question when everything is cached, and none for a commit', async () => {
    await fetchModel(REPO, options);
    hub.requests.length = 0;
    await fetchModel(REPO, options);
    expect(hub.requests).toEqual([`HEAD /${REPO}/resolve/main/config.json`]);
    await fetchModel(`${REPO}@${COMMIT}`, options);
    expect(hub.requests).toHaveLength(1);
  });

  it('fetches only what a new commit changed', async () => {
    await fetchModel(REPO, options);
    hub.commit = 'b'.repeat(40);
    hub.files.set('config.json', small('{"changed": true}'));
    hub.requests.length = 0;
    const { dir } = await fetchModel(REPO, options);
    expect(await readFile(join(dir, 'config.json'), 'utf8')).toBe('{"changed": true}');
    expect(hub.requests.filter((r) => r.startsWith('GET'))).toEqual([
      `GET /${REPO}/resolve/${hub.commit}/config.json`,
    ]);
    expect(await readFile(join(root(), 'refs', 'main'), 'utf8')).toBe(hub.commit);
  });

  it('resumes after dropped connections, from where they broke', async () => {
    hub.behaviour = { dropAfter: 70_000, drops: 2 };
    const { dir } = await fetchModel(REPO, options);
    expect((await readFile(join(dir, 'model.safetensors'))).equals(WEIGHTS)).toBe(true);
    const ranges = hub.requests.filter((r) => r.startsWith('GET /store/model')).map((r) => r.split(' ')[2]);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[2]).toMatch(/^bytes=\d+-$/);
  });

  it('resumes what an earlier run left, and starts over where the server cannot resume', async () => {
    const partial = join(root(), 'blobs', `${hub.etag('model.safetensors')}.incomplete`);
    await mkdir(join(root(), 'blobs'), { recursive: true });
    await writeFile(partial, WEIGHTS.subarray(0, 150_000));
    const progress: [number, number][] = [];
    await fetchModel(REPO, { ...options, onProgress: ({ done, total }) => progress.push([done, total]) });
    expect(hub.requests.at(-1)).toBe('GET /store/model.safetensors bytes=150000-');
    const [done, total] = progress.at(-1) as [number, number];
    expect(done).toBe(total);
    expect(total).toBeGreaterThan(WEIGHTS.length);

    await rm(root(), { recursive: true });
    await mkdir(join(root(), 'blobs'), { recursive: true });
    await writeFile(partial, 'rubbish that is not the beginning');
    hub.behaviour = { noRanges: true };
    const { dir } = await fetchModel(REPO, options);
    expect((await readFile(join(dir, 'model.safetensors'))).equals(WEIGHTS)).toBe(true);
  });

  it('throws bytes with a wrong checksum away, once, and says so the second time', async () => {
    hub.behaviour = { corrupt: 1 };
    const { dir } = await fetchModel(REPO, options);
    expect(await readFile(join(dir, 'config.json'), 'utf8')).toBe('{"model_type": "layoutlmv3"}');
    await rm(root(), { recursive: true });
    hub.behaviour = { corrupt: 2 };
    expect(await failure(fetchModel(REPO, options))).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('wrong checksum, twice'),
    });
    expect((await readdir(join(root(), 'blobs'))).filter((f) => f.endsWith('.incomplete'))).toEqual([]);
  });

  it('tries again after 503, and gives up with one clear line', async () => {
    hub.behaviour = { failures: 3 };
    await fetchModel(REPO, options);
    await rm(root(), { recursive: true });
    hub.behaviour = { failures: 99 };
    const { code, message } = await failure(fetchModel(REPO, { ...options, retries: 2 }));
    expect([code, message]).toEqual(['network', `cannot download ${REPO}/config.json: the hub answered 503`]);
  });

  it('drops a connection that brings nothing', async () => {
    hub.behaviour = { stallAfter: 1000 };
    const { code, message } = await failure(fetchModel(REPO, { ...options, retries: 1, idleTimeoutMs: 100 }));
    expect(code).toBe('network');
    expect(message).toMatch(/nothing arrived for 0.1 s/);
  });

  it('stops when asked, and keeps what it has', async () => {
    hub.behaviour = { stallAfter: 50_000 };
    const controller = new AbortController();
    const stopped = failure(fetchModel(REPO, { ...options, signal: controller.signal }));
    const poll = setInterval(() => {
      if (hub.requests.at(-1)?.startsWith('GET /store')) setTimeout(() => controller.abort(), 100);
    }, 20);
    expect((await stopped).code).toBe('cancelled');
    clearInterval(poll);
    const left = (await readdir(join(root(), 'blobs'))).filter((f) => f.endsWith('.incomplete'));
    expect(left).toEqual([`${hub.etag('model.safetensors')}.incomplete`]);
    expect(existsSync(join(root(), 'refs'))).toBe(false);
    hub.behaviour = {};
    await fetchModel(REPO, options);
    expect(hub.requests.at(-1)).toMatch(/^GET \/store\/model.safetensors bytes=\d+-$/);
  });

  it('sends the token to the hub and to nobody else', async () => {
    hub.behaviour = { token: 'hf_secret' };
    expect(await failure(fetchModel(REPO, options))).toMatchObject({
      code: 'not-found',
      message: `the hub has no public model ${REPO} (401)`,
      hint: expect.stringContaining('HF_TOKEN'),
    });
    await fetchModel(REPO, { ...options, env: { HF_TOKEN: ' hf_secret\n' } });
    expect(hub.requests.some((r) => r.startsWith('GET /store'))).toBe(true);
    expect(hub.leaked).toEqual([]);
  });

  it('names a model, a revision or a host that is not there', async () => {
    expect(await failure(fetchModel('nobody/nothing', options))).toMatchObject({ code: 'not-found' });
    expect(await failure(fetchModel(`${REPO}@v9`, options))).toMatchObject({
      code: 'not-found',
      message: `${REPO} has no revision "v9"`,
    });
    hub.behaviour = { html: true };
    expect(await failure(fetchModel(REPO, options))).toMatchObject({
      code: 'network',
      message: expect.stringContaining('not a model hub'),
    });
    expect(
      await failure(fetchModel(REPO, { ...options, endpoint: 'http://127.0.0.1:1', retries: 0 })),
    ).toMatchObject({ code: 'network', message: expect.stringMatching(/ECONNREFUSED|bad port/) });
    expect(await failure(fetchModel('../etc', options))).toMatchObject({ code: 'usage' });
    expect(await failure(fetchModel(REPO, { ...options, revision: '../../x' }))).toMatchObject({
      code: 'usage',
    });
  });

  it('follows renamed models, and revisions with slashes', async () => {
    await fetchModel('old/name', options);
    expect(existsSync(join(cacheDir, 'models--old--name', 'refs', 'main'))).toBe(true);
    await fetchModel(`${REPO}@refs/pr/3`, options);
    expect(hub.requests).toContain(`HEAD /${REPO}/resolve/refs%2Fpr%2F3/config.json`);
    expect(await readFile(join(root(), 'refs', 'refs', 'pr', '3'), 'utf8')).toBe(COMMIT);
  });

  it('brings every shard an index names, and refuses names that are paths', async () => {
    hub.files.delete('model.safetensors');
    const index = (shard: string) =>
      small(JSON.stringify({ weight_map: { a: 'model-00001-of-00002.safetensors', b: shard } }));
    hub.files.set('model.safetensors.index.json', index('model-00002-of-00002.safetensors'));
    hub.files.set('model-00001-of-00002.safetensors', { content: WEIGHTS, large: true });
    expect(await failure(fetchModel(REPO, options))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('lacks model-00002-of-00002.safetensors'),
    });
    hub.files.set('model-00002-of-00002.safetensors', { content: Buffer.from('two'), large: true });
    const missing = join(root(), '.no_exist', COMMIT, 'model-00002-of-00002.safetensors');
    await rm(missing);
    const { dir } = await fetchModel(REPO, options);
    expect(await readFile(join(dir, 'model-00002-of-00002.safetensors'), 'utf8')).toBe('two');
    await rm(root(), { recursive: true });
    hub.files.set('model.safetensors.index.json', index('../../../evil'));
    expect(await failure(fetchModel(REPO, options))).toMatchObject({ code: 'damaged' });
  });

  it('takes pytorch_model.bin where there is nothing better, and says when there are no weights', async () => {
    hub.files.delete('model.safetensors');
    const { dir } = await fetchModel(REPO, options);
    expect(existsSync(join(dir, 'pytorch_model.bin'))).toBe(true);
    hub.commit = 'c'.repeat(40);
    hub.files.delete('pytorch_model.bin');
    expect(await failure(fetchModel(REPO, options))).toMatchObject({
      code: 'not-found',
      message: `${REPO} has no weights at main`,
    });
  });

  it('works without symbolic links', async () => {
    const { dir } = await fetchModel(REPO, { ...options, env: { HF_HUB_DISABLE_SYMLINKS: '1' } });
    expect((await lstat(join(dir, 'model.safetensors'))).isFile()).toBe(true);
    hub.requests.length = 0;
    await fetchModel(REPO, options);
    expect(hub.requests).toHaveLength(1);
  });

  it('says when the disk is too small, before fetching', async () => {
    hub.behaviour = { claimSize: 2 ** 52 };
    expect(await failure(fetchModel(REPO, options))).toMatchObject({
      code: 'io',
      message: expect.stringMatching(/^the download needs 4503599\d+ MB, the disk has \d+ MB free$/),
    });
    expect(hub.requests.filter((r) => r.startsWith('GET'))).toEqual([]);
  });
});

describe('offline', () => {
  it('uses the cache and asks nobody', async () => {
    await fetchModel(REPO, options);
    hub.requests.length = 0;
    const { dir } = await fetchModel(REPO, { ...options, env: { HF_HUB_OFFLINE: '1' } });
    expect(dir).toBe(join(root(), 'snapshots', COMMIT));
    expect(hub.requests).toEqual([]);
    await rm(root(), { recursive: true });
    expect(await failure(fetchModel(REPO, { ...options, offline: true }))).toMatchObject({
      code: 'not-found',
      message: `${REPO} is not in the cache, and HF_HUB_OFFLINE is set`,
    });
  });

  it('falls back on the cache when the hub cannot be reached, with a warning', async () => {
    await fetchModel(REPO, options);
    const warnings: string[] = [];
    const dead = { ...options, endpoint: 'http://127.0.0.1:1', retries: 0 };
    const { dir } = await fetchModel(REPO, { ...dead, onWarning: (m) => warnings.push(m) });
    expect(dir).toBe(join(root(), 'snapshots', COMMIT));
    expect(warnings).toEqual([expect.stringContaining('using the copy of microsoft/layoutlmv3-base')]);
  });

  it('reads a cache that Python made, and completes it', async () => {
    const commit = COMMIT;
    const blobs = join(root(), 'blobs');
    const snapshot = join(root(), 'snapshots', commit);
    await mkdir(blobs, { recursive: true });
    await mkdir(snapshot, { recursive: true });
    await mkdir(join(root(), 'refs'));
    await writeFile(join(root(), 'refs', 'main'), commit);
    for (const file of ['config.json', 'model.safetensors', 'vocab.json', 'merges.txt'])
      await writeFile(join(snapshot, file), hub.files.get(file)!.content);
    const { dir } = await fetchModel(REPO, { ...options, offline: true });
    expect(dir).toBe(snapshot);
    await fetchModel(REPO, options);
    expect(hub.requests.filter((r) => r.startsWith('GET')).sort()).toEqual(
      ['README.md', 'preprocessor_config.json', 'tokenizer_config.json'].map(
        (file) => `GET /${REPO}/resolve/${commit}/${file}`,
      ),
    );
  });
});

describe('licences', () => {
  it('are shown before the first use, and never again on this machine', async () => {
    const shown: string[] = [];
    const ask = { ...options, acceptLicence: (l: { notice: string }) => shown.push(l.notice) > 0 };
    await fetchModel(REPO, ask);
    await fetchModel(REPO, ask);
    expect(shown).toEqual([expect.stringContaining('CC BY-NC-SA 4.0')]);
  });

  it('stop a model that was not agreed to, before a byte is fetched', async () => {
    for (const acceptLicence of [undefined, () => false]) {
      expect(await failure(fetchModel(REPO, { ...options, acceptLicence }))).toMatchObject({
        code: 'usage',
        message: expect.stringContaining('not agreed'),
      });
    }
    expect(hub.requests).toEqual([]);
  });

  it('of a folder come from Galley’s stamp, its origin or its model card', async () => {
    const dir = join(cacheDir, 'folder');
    await mkdir(dir);
    expect(await licenceOfFolder(dir)).toBeNull();
    await writeFile(join(dir, 'README.md'), '---\nlicense: mit\n---\n');
    expect(await licenceOfFolder(dir)).toMatchObject({ id: 'mit', restrictive: false });
    await writeFile(join(dir, 'config.json'), '{"_name_or_path": "microsoft/layoutlmv3-large"}');
    expect(await licenceOfFolder(dir)).toMatchObject({ id: 'cc-by-nc-sa-4.0', restrictive: true });
    await writeFile(
      join(dir, 'config.json'),
      '{"galley": {"base_model": "a/b", "base_model_licence": "openrail"}}',
    );
    expect(await resolveModel(dir)).toMatchObject({
      dir,
      repo: null,
      licence: { id: 'openrail', repo: 'a/b', restrictive: true },
    });
  });
});

describe('resolveModel', () => {
  it('takes a folder as it is, and names what is neither folder nor model', async () => {
    expect((await resolveModel(cacheDir, options)).dir).toBe(cacheDir);
    expect(await failure(resolveModel('./no/such/folder', options))).toMatchObject({ code: 'not-found' });
    expect((await resolveModel(REPO, options)).commit).toBe(COMMIT);
  });
});

describe('hubSettings', () => {
  it('follow huggingface_hub’s environment variables', () => {
    const of = (env: Record<string, string>) => hubSettings({}, { HOME: '/home/me', ...env });
    expect(of({})).toMatchObject({
      endpoint: 'https://huggingface.co',
      cacheDir: '/home/me/.cache/huggingface/hub',
      token: null,
      offline: false,
    });
    expect(of({ XDG_CACHE_HOME: '/x' }).cacheDir).toBe('/x/huggingface/hub');
    expect(of({ HF_HOME: '/hf' }).cacheDir).toBe('/hf/hub');
    expect(of({ HF_HOME: '/hf', HF_HUB_CACHE: '/c' }).cacheDir).toBe('/c');
    expect(of({ HF_ENDPOINT: 'https://mirror.example/' }).endpoint).toBe('https://mirror.example');
    expect(of({ TRANSFORMERS_OFFLINE: 'yes' }).offline).toBe(true);
    expect(() => of({ HF_ENDPOINT: 'mirror.example' })).toThrow(/http/);
  });

  it('read names of models', () => {
    expect(parseRepoId('a/b')).toEqual({ repo: 'a/b', revision: 'main' });
    expect(parseRepoId('a/b@refs/pr/3')).toEqual({ repo: 'a/b', revision: 'refs/pr/3' });
    for (const bad of ['a', './a/b', '/a/b', 'a/b/c', 'a/..', 'a/b@../x', 'a--b/c', 'C:\\a'])
      expect(parseRepoId(bad), bad).toBeNull();
  });
});
