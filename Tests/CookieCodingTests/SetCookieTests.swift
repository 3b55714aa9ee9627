// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CookieCoding

@Suite struct SetCookieTests {
    private func cookie(
        _ name: String = "n", _ value: String = "v", _ change: (inout SetCookie) -> Void = { _ in }
    ) -> SetCookie {
        var cookie = SetCookie(name: name, value: value)
        change(&cookie)
        return cookie
    }

    @Test(arguments: CookieCase.all(of: "cookies/format"))
    func caseOfWriting(test: CookieCase) throws {
        let setting = try #require(test.set)
        let attributes = try #require(setting.attributes)
        let cookie = cookie(try #require(setting.name), try #require(setting.value)) {
            $0.path = attributes.path
            $0.domain = attributes.domain
            $0.isSecure = attributes.secure ?? false
            $0.isHTTPOnly = attributes.httpOnly ?? false
            $0.expires = attributes.expires
            $0.maxAge = attributes.maxAge
        }
        guard let header = test.expect.header else {
            #expect(test.expect.error == true)
            #expect(throws: CookieFault.self) { try cookie.serialized() }
            return
        }
        #expect(
            Set(try cookie.serialized().split(separator: "; "))
                == Set(header.split(separator: "; ")))
    }

    @Test func everyAttributeIsWrittenAsRFC6265bisSpellsIt() throws {
        let cookie = cookie {
            $0.domain = "example.org"
            $0.path = "/a b"
            $0.expires = 0
            $0.maxAge = -1
            $0.isSecure = true
            $0.isHTTPOnly = true
            $0.sameSite = SetCookie.SameSite.none
            $0.isPartitioned = true
        }
        #expect(
            try cookie.serialized() == "n=v; Domain=example.org; Path=/a b; "
                + "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=-1; Secure; HttpOnly; SameSite=None; "
                + "Partitioned")
        #expect(try self.cookie { $0.sameSite = .strict }.serialized() == "n=v; SameSite=Strict")
        #expect(try self.cookie { $0.sameSite = .lax }.serialized() == "n=v; SameSite=Lax")
        #expect(try self.cookie("n", "").serialized() == "n=")
        #expect(try self.cookie("n", "\"v\"").serialized() == "n=\"v\"")
        #expect(
            try self.cookie { $0.domain = ".example.org" }.serialized()
                == "n=v; Domain=.example.org")
    }

    @Test(arguments: [
        (0.9, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (-11_644_473_600, "Mon, 01 Jan 1601 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ]) func timesAreWrittenAsIMFFixdate(seconds: Double, text: String) {
        #expect(HTTPDate(seconds: seconds)?.description == text)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, 253_402_300_800, -11_644_473_601])
    func timesThatNoCookieCanHaveAreRefused(seconds: Double) {
        #expect(throws: CookieFault.expires) {
            try self.cookie { $0.expires = seconds }.serialized()
        }
    }

    @Test func eachByteIsAllowedOrRefusedAsTheStandardSays() {
        for byte in UInt8.min...UInt8.max {
            let text = byte < 0x80 ? String(Unicode.Scalar(byte)) : "é"
            let isToken =
                "!#$%&'*+-.^_`|~".contains(text) || (text.first?.isLetter == true && byte < 0x80)
                || (0x30...0x39).contains(byte)
            #expect(((try? cookie("a\(text)").serialized()) != nil) == isToken, "\(byte)")
            let isOctet = (0x21...0x7E).contains(byte) && !"\",;\\".contains(text)
            #expect(((try? cookie("a", "x\(text)x").serialized()) != nil) == isOctet, "\(byte)")
            let isPath = (0x20...0x7E).contains(byte) && text != ";"
            #expect(
                ((try? cookie { $0.path = "/\(text)" }.serialized()) != nil) == isPath, "\(byte)")
        }
    }

    @Test func sizesAreBounded() throws {
        let largest = String(repeating: "x", count: SetCookie.maximumSize - 1)
        #expect(try cookie("n", largest).serialized() == "n=\(largest)")
        #expect(throws: CookieFault.tooLarge(4097)) { try self.cookie("nn", largest).serialized() }
        let path = "/" + String(repeating: "x", count: 1023)
        #expect(try cookie { $0.path = path }.serialized() == "n=v; Path=\(path)")
        #expect(throws: CookieFault.longAttribute("Path")) {
            try self.cookie { $0.path = path + "x" }.serialized()
        }
    }

    @Test func whatBrowsersWouldDropIsRefused() {
        let faults: [(CookieFault, (inout SetCookie) -> Void)] = [
            (.emptyName, { $0.name = "" }),
            (.relativePath, { $0.path = "" }),
            (.relativePath, { $0.path = "a" }),
            (.domain, { $0.domain = "" }),
            (.domain, { $0.domain = "a..b" }),
            (.attribute("Domain", UInt8(ascii: ";")), { $0.domain = "a;Secure" }),
            (.needsSecure("SameSite=None"), { $0.sameSite = SetCookie.SameSite.none }),
            (.needsSecure("Partitioned"), { $0.isPartitioned = true }),
            (
                .prefix(.host),
                {
                    $0.name = "__host-a"; $0.isSecure = true
                }
            ),
            (
                .prefix(.http),
                {
                    $0.name = "__Http-a"; $0.isSecure = true
                }
            ),
            (
                .prefix(.hostHTTP),
                {
                    $0.name = "__Host-Http-a"; $0.isSecure = true; $0.path = "/"
                }
            ),
        ]
        for (fault, change) in faults {
            #expect(throws: fault) { try self.cookie("n", "v", change).serialized() }
        }
        #expect(
            (try? cookie("__Host-Http-a") {
                $0.isSecure = true; $0.path = "/"; $0.isHTTPOnly = true
            }.serialized())
                == "__Host-Http-a=v; Path=/; Secure; HttpOnly")
    }

    @Test func faultsSayWhatToDo() {
        #expect(
            CookieFault.value(UInt8(ascii: ";")).description.hasPrefix(
                "its value holds ';'; visible ASCII"))
        #expect(CookieFault.value(0x0D).description.hasPrefix("its value holds a line break"))
        #expect(
            CookieFault.prefix(.host).description
                == "the prefix __Host- needs Secure, Path=/ and no Domain: browsers drop it otherwise"
        )
    }
}
