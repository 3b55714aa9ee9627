// SPDX-License-Identifier: Apache-2.0
//
// Checks of definitions without a use: one line defines a handler, a filter or a provider, and
// another, often one of httpd's directives, uses it. Those that nothing uses are reported, unless
// code that is called for a request may use them.

internal import SystemCalls

extension ConfigurationCheck {
    /// A SwiftHandler is called only for requests whose handler is mod_swift.
    var handlersThatNothingReaches: [String] {
        let uses = index(of: \.mayChooseOurHandler)
        return directives.filter {
            $0.directive.isNamed("SwiftHandler") && !uses.meets($0.scope)
        }
        .map {
            "MSW0570: SwiftHandler (\($0.directive.place)) will never be called: nothing gives "
                + "requests there the handler mod_swift; add \"AddHandler mod_swift .do\" or "
                + "\"SetHandler mod_swift\" to its section"
        }
    }

    /// The definition of a filter name has no effect by itself.
    var filtersThatNothingUses: [String] {
        let filters = directives.compactMap { place in
            place.directive.filterName.map { (place: place, name: $0) }
        }
        guard !filters.isEmpty else { return [] }
        var lines: [String: [DirectiveInContext]] = [:]
        for line in directives where line.directive.speaksOfFilters {
            for name in line.directive.mentionedNames { lines[name, default: []].append(line) }
        }
        let uses = lines.mapValues { Self.index(of: $0) }
        let named = filters.filter { uses[$0.name.lowercased()]?.meets($0.place.scope) == true }
        let code = Self.index(
            of: directives.filter(\.directive.mayAddFilters) + named.map(\.place))
        return filters.filter { !code.meets($0.place.scope) }.map { place, name in
            let filter = place.directive
            let set = filter.isNamed("SwiftInputFilter") ? "SetInputFilter" : "SetOutputFilter"
            return "MSW0571: \(filter.name) (\(filter.place)) will never be called: nothing there "
                + "uses the filter \(name); add \"\(set) \(name)\" to its section"
        }
    }

    /// Providers are defined for the whole server.
    var providersThatNothingAsks: [String] {
        let lines = directives.map(\.directive).filter(\.speaksOfProviders)
        if lines.contains(where: { $0.letsHtaccess(hold: "AuthConfig") }) { return [] }
        let mentioned = Set(lines.flatMap(\.mentionedNames))
        return directives.map(\.directive).filter(\.isProvider).compactMap { provider in
            guard let name = provider.words.first, !mentioned.contains(name.lowercased())
            else { return nil }
            let line = provider.isNamed("SwiftAuthzProvider") ? "Require" : "AuthBasicProvider"
            return "MSW0572: \(provider.name) (\(provider.place)) will never be asked: no line "
                + "names \(name); add \"\(line) \(name)\" to a section"
        }
    }

    /// SwiftAllowHtaccess has no effect if httpd does not read .htaccess files.
    var permissionsThatNobodyCanUse: [String] {
        let uses = index(of: \.hasHtaccessRead)
        let permissions = directives.filter {
            $0.directive.isNamed("SwiftAllowHtaccess") && $0.directive.isOn
        }
        return permissions.filter { !uses.meets($0.scope) }.map {
            "MSW0573: SwiftAllowHtaccess (\($0.directive.place)) has no effect: httpd reads no "
                + ".htaccess there; add \"AllowOverride FileInfo\" to the <Directory>"
        }
    }

    /// The host name is not known when a connection is made: the first virtual host of its address
    /// applies.
    var handlersOfLaterHosts: [String] {
        var taken: Set<String> = []
        return tree.filter { $0.isNamed("VirtualHost") }.flatMap { host in
            let addresses = Set(host.words.map { $0.lowercased() })
            defer { taken.formUnion(addresses) }
            guard addresses.isSubset(of: taken) else { return [String]() }
            return host.children.filter(\.isOfConnections).map {
                "MSW0574: \($0.name) (\($0.place)) will never be called: an earlier <VirtualHost> "
                    + "has the same addresses, and gets their connections; put it there, or give "
                    + "this virtual host a port of its own"
            }
        }
    }

    /// Returns the scopes in which directives of a kind are in effect.
    func index(of kind: (DirectiveNode) -> Bool) -> ScopeIndex<Void> {
        Self.index(of: directives.filter { kind($0.directive) })
    }

    private static func index(of places: [DirectiveInContext]) -> ScopeIndex<Void> {
        ScopeIndex(places.map { (scope: $0.scope, value: ()) })
    }
}

extension DirectiveNode {
    /// Whether it may cause a request to be passed to SwiftHandler.
    fileprivate var mayChooseOurHandler: Bool {
        mentions("mod_swift") || letsHtaccess(hold: "FileInfo") || namesOtherCode
            || namesHandlers && !isNamed("SwiftHandler") && !isNamed("SwiftLogHandler")
                && !isNamed("SwiftCleanupHandler")
            || takesHandlerFromRequest
    }

    /// Whether the handler depends on the request: an expression in SetHandler, or the flags for
    /// handler and type in RewriteRule.
    private var takesHandlerFromRequest: Bool {
        if isNamed("SetHandler") { return args.holds("%{") }
        guard isNamed("RewriteRule"), let flags = words.dropFirst(2).first?.lowercased() else {
            return false
        }
        return ["h=", "handler=", "t=", "type="].contains {
            flags.holds("\($0)%") || flags.holds("\($0)$")
        }
    }

    fileprivate var mayAddFilters: Bool {
        namesHandlers || namesOtherCode || letsHtaccess(hold: "FileInfo")
    }

    /// The filter name that it defines; nil if it defines none.
    fileprivate var filterName: String? {
        isNamed("SwiftInputFilter") || isNamed("SwiftOutputFilter") ? words.last : nil
    }

    /// Whether it is one of httpd's directives for filters.
    fileprivate var speaksOfFilters: Bool {
        let name = name.lowercased()
        return name.holds("filter") && !name.hasPrefix("swift")
    }

    fileprivate var speaksOfProviders: Bool {
        let name = name.lowercased()
        return name == "require" || name.hasPrefix("auth") || letsHtaccess(hold: "AuthConfig")
    }

    fileprivate var isOfConnections: Bool {
        isNamed("SwiftConnectionHandler") || isNamed("SwiftPreConnectionHandler")
    }

    fileprivate var hasHtaccessRead: Bool {
        (isNamed("AllowOverride") || isNamed("AllowOverrideList"))
            && !words.allSatisfy { namesAreEqual($0, "None") }
    }
}
