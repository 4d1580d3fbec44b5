/** Holds the import direction of docs/architecture.md: every room may import only rooms on lower floors. */
const floors = [
  ['errors'],
  ['page', 'labels', 'files'],
  ['onnx', 'runtime'],
  ['layoutlmv3', 'encoding', 'datasets', 'weak-labels', 'demo', 'drawing'],
  ['training', 'inference'],
  ['experiment'],
  ['engine'],
  ['workbench'],
  ['cli'],
];
/** Rooms on one floor that may look at a neighbour. */
const neighbours = {
  runtime: ['onnx'],
  encoding: ['layoutlmv3', 'drawing'],
  datasets: ['drawing'],
  'weak-labels': ['datasets'],
  demo: ['datasets', 'drawing'],
  training: ['inference'],
  labels: ['page'],
};
const forbidden = [
  { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'onnxruntime-only-in-runtime',
    severity: 'error',
    comment: 'core/runtime is the only importer of onnxruntime-node.',
    from: { pathNot: '^(core/runtime|bench|node_modules)/' },
    to: { path: 'onnxruntime-node' },
  },
  {
    name: 'core-knows-no-window',
    severity: 'error',
    from: { path: '^core/' },
    to: { path: '^(electron|renderer)/|node_modules/(electron|react)/' },
  },
  {
    name: 'no-dev-dependency-in-product',
    severity: 'error',
    from: { path: '^(core|electron|renderer)/', pathNot: '(\\.test\\.ts|/testing/)' },
    to: { dependencyTypes: ['npm-dev'] },
  },
];
for (const [level, rooms] of floors.entries()) {
  for (const room of rooms) {
    const above = floors.slice(level + 1).flat();
    const beside = rooms.filter((r) => r !== room && !(neighbours[room] ?? []).includes(r));
    const banned = [...above, ...beside];
    if (banned.length)
      forbidden.push({
        name: `${room}-imports-downwards`,
        severity: 'error',
        from: { path: `^core/${room}/`, pathNot: '\\.test\\.ts$' },
        to: { path: `^core/(${banned.join('|')})/` },
      });
  }
}
module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    parser: "swc",
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },

  },
};
