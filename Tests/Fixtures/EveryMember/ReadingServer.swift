// SPDX-License-Identifier: Apache-2.0

import ModSwift

extension Tally {
    mutating func readAll(of connection: Connection) {
        read(connection.remoteIP, connection.remotePort, connection.remoteAddr)
        read(connection.clientIP, connection.clientAddr)
        read(connection.localIP, connection.localPort, connection.localAddr)
        if let address = connection.remoteAddr {
            read(address.ip, address.port, address.description)
        }
        read(connection.remoteHost, connection.localHost, connection.remoteLogname)
        read(connection.doubleReverse, connection.isAborted, connection.keepalive)
        read(connection.keepalives, connection.isTLS, connection.isOutgoing, connection.id)
        read(connection.isSecondary, connection.logID, connection.timeout)
        read(connection.baseServer.port, connection[Count.self])
    }

    mutating func readAll(of server: Server) {
        read(server.defnName, server.defnLineNumber, server.isVirtual, server.serverHostname)
        read(server.serverAdmin, server.names, server.wildNames, server.port, server.path)
        read(server.documentRoot, server.errorFname, server.logLevel.rawValue, server.timeout)
        read(server.keepAlive, server.keepAliveTimeout, server.keepAliveMax)
        read(server.limitReqLine, server.limitReqFieldsize, server.limitReqFields)
        read(server.myGeneration, server.restartTime, LogLevel(rawValue: 7))
        readAll(of: server.options, server.config, keys: ["SwiftPath", "a"])
    }

    mutating func readApache(_ name: String) {
        read(Apache.version, Apache.serverVersion, Apache.serverDescription)
        read(Apache.serverBanner, Apache.serverBuilt, Apache.mpmName, Apache.serverRoot)
        read(Apache.moduleMagicNumberMajor, Apache.moduleMagicNumberMinor)
        read(Apache.mainServer.port, Apache.loadedModules, Apache.interpreters)
        read(Apache.validatePassword(name, hash: name))
        read(Apache.cgiMagicType, Apache.dirMagicType)
        read(Apache.includesMagicType, Apache.includesMagicType3)
        read(Apache.existsConfigDefine(name), Apache.hasModule(name))
        for number in 0...16 { read(Apache.mpmQuery(Apache.MPMQuery(rawValue: number))) }
        read(Apache.MPMQuery.generation.rawValue)
        readAll(of: Apache.configTree())
        if let server = Apache.mainServer.next { readAll(of: server) }
    }

    private mutating func readAll(of directives: [Directive]) {
        for directive in directives {
            read(directive.name, directive.args, directive.isSection, directive.fileName)
            read(directive.line)
            readAll(of: directive.children)
        }
    }
}
