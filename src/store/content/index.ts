export { asRedacted, type JsonKind, jsonText, leafText, type RedactedValue } from './jsonShape.ts';
export {
  FOLD_CHARS,
  findInJson,
  type JsonMatches,
  type JsonRow,
  type JsonView,
  PAGE_SIZE,
  readJsonRows,
  revealJson,
  untouchedJsonView,
} from './jsonTree.ts';
export { BigText, parseJsonText } from './parseJsonText.ts';
export { type JsonLine, type JsonToken, printJson } from './printJson.ts';
export {
  type ContentMessage,
  type MessageAttachment,
  type MessageRole,
  type MessageToolCall,
  readMessages,
} from './readMessages.ts';
export { chunkLines, FOLD_LINES, foldText, type TextBlock } from './textBlock.ts';
export { type TextPiece, visibleName, visiblePieces } from './visibleText.ts';
