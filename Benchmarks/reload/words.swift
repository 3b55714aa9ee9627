// SPDX-License-Identifier: Apache-2.0

package let hello = "Hello World!\n"
