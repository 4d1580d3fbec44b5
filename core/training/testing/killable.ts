/** A tiny training in a process of its own, to be killed: `node killable.ts FOLDER`. Says each checkpoint on stdout. */
import { Trainer } from '../trainer.ts';
import { tinyTraining } from './tiny-run.ts';

const trainer = new Trainer(tinyTraining(process.argv[2], { saveSteps: 1, epochs: 5 }), {
  onEvent: (event) => {
    if (event.kind === 'checkpoint') process.stdout.write(`${event.step}\n`);
  },
});
await trainer.run();
