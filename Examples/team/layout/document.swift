// SPDX-License-Identifier: Apache-2.0
//
// The files of this directory are one module, "layout".

import ModSwift

/// A whole HTML document.
package func document(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <title>\(title.htmlEscaped)</title>
    <style>\(style)</style>
    <h1>\(title.htmlEscaped)</h1>
    \(body)
    </html>

    """
}
