// SPDX-License-Identifier: Apache-2.0

extension HandlerRegistrar {
    /// Registers the function of a page.
    public func addPage(files: [String], _ function: @escaping (PageRun) throws -> Void) {
        collector.page = (files, .sync(function))
    }

    /// Registers the async function of a page.
    public func addPage(files: [String], _ function: @escaping (PageRun) async throws -> Void) {
        collector.page = (files, .async(function))
    }
}
