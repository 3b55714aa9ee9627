// SPDX-License-Identifier: Apache-2.0

let style = "body { font-family: sans-serif } td { padding: 0 1em 0 0 }"
