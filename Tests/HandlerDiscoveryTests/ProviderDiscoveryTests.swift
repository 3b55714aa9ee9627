// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import Testing

/// Functions for httpd's access control, which are distinguished by their labels.
@Suite struct ProviderDiscoveryTests {
    private static func line(_ source: String) -> String? {
        Registration(of: source).lines.first { $0.contains("_msw_registrar.add") }
    }

    @Test(arguments: [
        Example(
            "func a(_ r: Request, user: String, password: String) -> AuthnResult { .granted }", "a",
            "_msw_registrar.addPasswordCheck(\"a\", a(_:user:password:))"),
        Example(
            "func a(for r: Request, user: String, realm: Swift.String) -> String? { nil }", "a",
            "_msw_registrar.addRealmHash(\"a\", a(for:user:realm:))"),
        Example(
            "func a(_ r: ModSwift.Request, arguments: String) async throws -> AuthzResult { .denied }",
            "a", "_msw_registrar.addAuthorization(\"a\", a(_:arguments:))"),
        Example(
            "func a(_ r: Request, arguments: String, b: Int = 1) throws -> AuthzResult { .denied }",
            "a",
            "do { let _msw_handler = _msw_call { (_msw_argument: ModSwift.Request, "
                + "_msw_argument1: Swift.String) in try a(_msw_argument, arguments: "
                + "_msw_argument1) }; _msw_registrar.addAuthorization(\"a\", _msw_handler) }"),
        Example(
            "struct A { func a(_ r: Request, user u: String, password: String) async {} }", "A.a",
            "do { let _msw_handler = _msw_asyncCall { (_msw_argument: ModSwift.Request, "
                + "_msw_argument1: Swift.String, _msw_argument2: Swift.String) in await A().a("
                + "_msw_argument, user: _msw_argument1, password: _msw_argument2) }; "
                + "_msw_registrar.addPasswordCheck(\"A.a\", _msw_handler) }"),
    ])
    func labelsSayWhatAFunctionIsFor(_ example: Example) {
        #expect(Self.line(example.source) == example.expected)
        #expect(Registration(of: example.source).handlers == [example.name])
    }

    @Test(arguments: [
        "func a(_ r: Request, user: String, pass: String) {}",
        "func a(_ r: Request, password: String, user: String) {}",
        "func a(_ r: Request, _ arguments: String) {}",
        "func a(_ r: Request, arguments: String?) {}",
        "func a(_ r: Request, arguments: String...) {}",
        "func a(_ r: Request, arguments: inout String) {}",
        "func a(_ r: Request, arguments: Substring) {}",
        "func a(_ r: Filter, arguments: String) {}",
        "struct String {}\nfunc a(_ r: Request, arguments: String) {}",
        "func a(arguments: String, _ r: Request) {}",
    ])
    func otherParametersAreNobodysBusiness(_ source: String) {
        #expect(Registration(of: source).handlers.isEmpty)
        #expect(Registration(of: source).refusals.isEmpty)
    }

    @Test func obstaclesAreThoseOfAllHandlers() {
        let source = "private func a(_ r: Request, arguments: String) {}"
        #expect(Registration(of: source).refusals.map(\.reason) == ["it is private"])
    }
}
