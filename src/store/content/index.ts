export { asRedacted, jsonText } from './jsonShape.ts';
export {
  findInJson,
  type JsonRow,
  type JsonView,
  readJsonRows,
  revealJson,
  untouchedJsonView,
} from './jsonTree.ts';
export { BigText, parseJsonText } from './parseJsonText.ts';
export { type JsonLine, type JsonToken, printJson } from './printJson.ts';
export {
  type ContentMessage,
  type MessageToolCall,
  readMessages,
} from './readMessages.ts';
export { chunkLines, FOLD_LINES, foldText } from './textBlock.ts';
export { visibleName, visiblePieces } from './visibleText.ts';
