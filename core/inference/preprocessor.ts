export { type ImageNormalisation, readPreprocessor } from '../encoding/preprocessor.ts';
