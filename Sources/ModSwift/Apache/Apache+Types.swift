// SPDX-License-Identifier: Apache-2.0
//
// Content types with a special meaning for httpd; they are never sent.

extension Apache {
    /// A program to run. `CGI_MAGIC_TYPE`.
    public static let cgiMagicType = "application/x-httpd-cgi"
    /// A page with server-side includes. `INCLUDES_MAGIC_TYPE`.
    public static let includesMagicType = "text/x-server-parsed-html"
    /// The newer name of ``includesMagicType``. `INCLUDES_MAGIC_TYPE3`.
    public static let includesMagicType3 = "text/x-server-parsed-html3"
    /// A directory. `DIR_MAGIC_TYPE`.
    public static let dirMagicType = "httpd/unix-directory"
}
