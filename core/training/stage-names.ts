/** The stages of a training, as files and settings call them. */
export type StageName = 'highconf' | 'full';

/** Names of the model folders in the output folder. */
export const STAGE_FOLDERS = {
  highconf: 'layoutlmv3_boston_stageA_highconf',
  full: 'layoutlmv3_boston_stageB_full',
  final: 'layoutlmv3_boston_final',
} as const;
