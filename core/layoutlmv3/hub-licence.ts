/** The terms of downloaded weights, which bind whatever is trained from them. */
export interface ModelLicence {
  /** Identifier as on the hub, e.g. `cc-by-nc-sa-4.0`. */
  readonly id: string;
  readonly repo: string;
  readonly name: string;
  readonly url: string | null;
  /** To be shown before first use. */
  readonly notice: string;
  /** Whether the terms restrict use so that they must be shown and agreed to. */
  readonly restrictive: boolean;
}

/** Models whose terms are known without asking the hub. */
const KNOWN = [{ repo: /^microsoft\/layoutlmv3-/i, id: 'cc-by-nc-sa-4.0' }];

const OPEN = /^(mit|apache-2\.0|bsd.*|cc0-1\.0|cc-by-4\.0|isc|unlicense)$/i;

function licenceFor(repo: string, id: string): ModelLicence {
  if (id === 'cc-by-nc-sa-4.0')
    return {
      id,
      repo,
      name: 'Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International',
      url: 'https://creativecommons.org/licenses/by-nc-sa/4.0/',
      restrictive: true,
      notice:
        `The weights of ${repo} are licensed CC BY-NC-SA 4.0: you may use, change and share them for ` +
        'non-commercial purposes only, with attribution, under the same licence. Models trained from them are ' +
        'adaptations and carry the same terms; Galley writes this into every model it trains from them. ' +
        'Text: https://creativecommons.org/licenses/by-nc-sa/4.0/',
    };
  const open = OPEN.test(id);
  return {
    id,
    repo,
    name: id,
    url: null,
    restrictive: !open,
    notice: open
      ? `The weights of ${repo} are licensed ${id}.`
      : `The weights of ${repo} are under the licence "${id}". Read its terms on the model's page before you ` +
        'use them; models trained from them are bound by them too.',
  };
}

/** Licence of a model known by name, or null. */
export function knownLicence(repo: string): ModelLicence | null {
  const known = KNOWN.find((entry) => entry.repo.test(repo));
  return known ? licenceFor(repo, known.id) : null;
}

/** Licence that a model card names in its front matter (`license: mit`), or null. */
export function licenceOfCard(repo: string, card: string): ModelLicence | null {
  const known = knownLicence(repo);
  if (known) return known;
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  const named = (key: string) => new RegExp(`^${key}:[ \\t]*["']?([\\w.+-]+)`, 'm').exec(front)?.[1];
  const id = named('license');
  return id ? licenceFor(repo, id === 'other' ? (named('license_name') ?? id) : id) : null;
}
