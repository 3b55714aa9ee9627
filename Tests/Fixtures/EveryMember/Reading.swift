// SPDX-License-Identifier: Apache-2.0

import ModSwift

extension Tally {
    mutating func readAll(of req: Request) {
        readLine(of: req)
        readClient(of: req)
        readAnswer(of: req)
        readCookies(of: req)
        readSurroundings(of: req)
        for table in tables(of: req) { readAll(of: table, named: req.args ?? "") }
        readAll(of: req.connection)
        readAll(of: req.server)
    }

    private mutating func readLine(of req: Request) {
        read(req.theRequest, req.method, req.methodNumber.rawValue, req.isHeaderOnly)
        read(req.protocol, req.protoNum, req.assbackwards, req.requestTime, req.hostname)
        read(req.unparsedURI, req.uri, req.args, req.pathInfo, req.usedPathInfo.rawValue)
        read(req.filename, req.canonicalFilename, req.handler, req.extension)
        read(req.proxyreq.rawValue, Method(rawValue: req.methodNumber.rawValue))
        read(AcceptPathInfo(rawValue: req.usedPathInfo.rawValue))
        read(ProxyRequest(rawValue: req.proxyreq.rawValue))
        let uri = req.parsedURI
        read(uri.scheme, uri.hostinfo, uri.user, uri.password, uri.hostname, uri.port)
        read(uri.path, uri.query, uri.fragment)
        if let info = req.finfo { readAll(of: info) }
        // The client chooses the file.
        attempt { try FileInfo(path: req.uri, followsLinks: false) }
        attempt { try Apache.stat((req.filename ?? "") + (req.pathInfo ?? "")) }
    }

    private mutating func readClient(of req: Request) {
        read(req.basicAuthPassword, req.user, req.apAuthType, req.authType, req.authName)
        read(req.useragentIP, req.useragentAddr)
        read(req.remoteHost(), req.remoteHost(.host), req.remoteHost(.noLookup))
        read(RemoteHostLookup(rawValue: RemoteHostLookup.name.rawValue))
        read(req.readLength, req.remaining, req.readChunked, req.expecting100)
        read(req.readBody.rawValue, ReadBody(rawValue: req.readBody.rawValue))
        read(req.isHTTPS, req.sslVarLookup("SSL_CIPHER"), req.sslVarLookup(req.args ?? ""))
        if let tls = req.tls { readAll(of: tls) }
    }

    private mutating func readAnswer(of req: Request) {
        read(req.status.rawValue, req.status.description, req.statusLine)
        read(HTTPStatus(rawValue: req.status.rawValue))
        read(req.contentType, req.isContentTypeSet, req.contentEncoding, req.contentLanguages)
        read(req.clength, req.chunked, req.noCache, req.noLocalCopy, req.vlistValidator)
        read(req.bytesSent, req.bytesQueued, req.sentBodyct, req.eosSent, req.range)
        read(req.allowed, req.allowedMethods, req.allowedXmethods)
        read(req.mtime, req.makeETag(), req.makeETag(weak: true))
    }

    private mutating func readSurroundings(of req: Request) {
        read(req.isInitial, req.main?.uri, req.prev?.uri, req.next?.uri, req.interpreter, req.logID)
        read(req.documentRoot, req.phase.rawValue, req.phase.directive)
        read(req.phase.defaultFunction, req.phase.description)
        read(Phase(rawValue: req.phase.rawValue))
        read(req[Kept.self])
        readAll(of: req.options, req.config, keys: [req.args ?? "", req.uri, "SwiftDebug"])
        attempt { try req.constructURL(req.uri) }
        attempt { try req.constructURL(req.unparsedURI) }
        attempt { try req.checkClient() }
    }

    mutating func readAll(of options: Options, _ config: Configuration, keys: [String]) {
        for key in keys { read(options[key], config[key]) }
        for (key, value) in options { read(key, value) }
    }

    mutating func readAll(of info: FileInfo) {
        read(info.fname, info.name, info.filetype.rawValue, info.protection, info.user)
        read(info.group, info.size, info.inode, info.device, info.nlink)
        read(info.atime, info.mtime, info.ctime, FileType(rawValue: info.filetype.rawValue))
    }

    private mutating func readAll(of tls: TLS) {
        read(tls.protocolVersion, tls.cipher, tls.keySize, tls.sessionID, tls.isResumed)
        read(tls.serverName, tls.clientVerify, tls.isClientVerified)
        for certificate in [tls.clientCertificate, tls.serverCertificate].compactMap(\.self) {
            read(certificate.subject, certificate.issuer, certificate.serial, certificate.pem)
            read(certificate.notBefore, certificate.notAfter, certificate.field("S_DN_CN"))
        }
    }
}
