/**
 * The services that every build needs, as one module: each module that is loaded by itself costs a start some time.
 */
export { Fingerprints } from "@deputize/build-tools/fingerprint/Fingerprints"
export { BuildRecord } from "@deputize/build-tools/record/BuildRecord"
export { Processes } from "@deputize/core/process/Processes"
