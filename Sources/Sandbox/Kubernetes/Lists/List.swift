import Formats
import HTTPServer

/// Lists: whole, in pages that show one moment, or of an earlier version.
extension APIServer {
    /// The objects of one page, and what the list says about itself.
    struct Page: Sendable {
        var objects: [StoredObject]
        var metadata: JSONObject
    }

    func list(_ request: APIRequest, _ options: ListOptions) async throws -> ServerResponse {
        let form = try Negotiation.choose(request.accept, isList: true).form
        let page = try await page(request, options)
        return .json(bytes: bytes(of: page, as: form, request))
    }

    func page(_ request: APIRequest, _ options: ListOptions) async throws -> Page {
        let state = try await state(for: options)
        let resource = request.resource.qualifiedName
        var candidates = state.objects(resource, namespace: request.namespace)
        if let start = options.continuation?.start {
            candidates = candidates.drop { Self.position($0, request) <= start }
        }
        var chosen: [StoredObject] = []
        var isCut = false
        var index = candidates.startIndex
        while index < candidates.endIndex {
            let object = candidates[index]
            if options.labels.matches(object.value), options.fields.matches(object.value) {
                if options.limit > 0, chosen.count == options.limit {
                    isCut = true
                    break
                }
                chosen.append(object)
            }
            index += 1
        }
        var metadata: JSONObject = ["resourceVersion": .string(String(state.version))]
        if request.resource.isCustom { metadata["continue"] = "" }
        if isCut, let last = chosen.last {
            let token = ContinueToken(version: state.version, after: Self.position(last, request))
            metadata["continue"] = .string(token.text)
            if options.labels.isEverything, options.fields.isEverything {
                metadata["remainingItemCount"] = .int(Int64(candidates.endIndex - index))
            }
        }
        return Page(objects: chosen, metadata: metadata)
    }

    /// The object's place in the list, as tokens name it.
    private static func position(_ object: StoredObject, _ request: APIRequest) -> String {
        request.namespace == nil ? object.path : object.key.name
    }

    /// The state that the list shows.
    private func state(for options: ListOptions) async throws -> ClusterState {
        if let token = options.continuation {
            guard token.version > 0 else { return store.snapshot() }
            do {
                return try store.snapshot(at: token.version)
            } catch {
                var failure = APIFailure(410, "Expired", Self.tooOldToContinue)
                failure.continueToken = ContinueToken(version: -1, after: token.start).text
                throw failure
            }
        }
        guard let version = options.version, version > 0 else { return store.snapshot() }
        try await wait(for: version)
        let isExact = options.match == .exact || (options.match == nil && options.limit > 0)
        guard isExact else { return store.snapshot() }
        do {
            return try store.snapshot(at: version)
        } catch {
            throw APIFailure(410, "Expired", "The resourceVersion for the provided list is too old.")
        }
    }

    private static let tooOldToContinue = """
        The provided continue parameter is too old to display a consistent list result. You can start a new list \
        without the continue parameter, or use the continue token in this response to retrieve the remainder of the \
        results. Continuing with the provided token results in an inconsistent list - objects that were created, \
        modified, or deleted between the time the first chunk was returned and now may show up in the list.
        """

    /// Waits a while for a version that is not there yet, as a server does that lags behind the others.
    func wait(for version: Int64) async throws {
        guard store.snapshot().version < version else { return }
        try? await Task.sleep(for: .seconds(3))
        let current = store.snapshot().version
        guard current < version else { return }
        let cause = APIFailure.Cause("ResourceVersionTooLarge", "Too large resource version")
        var failure = APIFailure(
            504, "Timeout", "Timeout: Too large resource version: \(version), current: \(current)",
            details: ["causes": [cause.json], "retryAfterSeconds": 1])
        failure.retryAfter = 1
        throw failure
    }

    func bytes(of page: Page, as form: Negotiation.Form, _ request: APIRequest) -> [UInt8] {
        switch form {
        case .plain: return plain(page, request.resource)
        case .partial:
            let list: JSON = [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
                "metadata": .object(page.metadata), "items": .array(page.objects.map(Self.partial)),
            ]
            return list.encoded()
        case .table(let version):
            let table = TableBuilder(request.resource, now: now(), include: request.query["includeObject"])
            return table.table(page.objects, metadata: page.metadata, version: version).encoded()
        }
    }

    /// The list of whole objects, put together from their encoded parts.
    private func plain(_ page: Page, _ resource: ResourceType) -> [UInt8] {
        let head: JSON = [
            "kind": .string(resource.listKind), "apiVersion": .string(resource.apiVersion),
            "metadata": .object(page.metadata),
        ]
        var bytes = Array(head.encoded().dropLast())
        bytes.reserveCapacity(bytes.count + 16 + page.objects.reduce(0) { $0 + $1.members.count + 80 })
        bytes += Array(",\"items\":[".utf8)
        for (index, object) in page.objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if resource.isCustom {
                bytes += resource.shown(object).encoded()
            } else {
                bytes.append(UInt8(ascii: "{"))
                bytes += object.members
                bytes.append(UInt8(ascii: "}"))
            }
        }
        bytes += Array("]}".utf8)
        return bytes
    }
}
