import { rmSync } from 'node:fs';
import { PROJECTS } from './make-projects.ts';

export default function removeProjects(): void {
  const folder = process.env[PROJECTS];
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
