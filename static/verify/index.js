// The second implementation of Shisu's formats (docs/VERIFY.md). Runs unchanged in browsers and in Node.js.
export { verifyBundle } from "./verify.js";
export { readBundle } from "./bundle.js";
export { readRecord, verifyRecord } from "./record.js";
export { demandStrong, jwkBytes, readJwk, thumbprint, verifyPossession } from "./keys.js";
export { accepts, keyFault, nativeIsSound } from "./ed25519.js";
export { cosignedAt, readCheckpoint, readNote, readVerifierKey, verifyCheckpoint } from "./note.js";
export { acceptCheckpoint, readPolicy } from "./policy.js";
export { readReceipt, verifyReceipt } from "./receipt.js";
export { leafHash, nodeHash, verifyConsistency, verifyInclusion } from "./tree.js";
export { explain } from "./words.js";
export { Fault } from "./fault.js";
