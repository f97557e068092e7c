import Formats

/// The lists of a strategic merge patch.
enum ListMerge {
    /// The merged list: elements of the patch in the patch's order, the others where they stand beside them.
    static func merge(
        _ changes: [JSON], over live: [JSON], _ key: String?, _ schema: FieldSchema?
    ) throws(APIStatus) -> [JSON] {
        guard let first = live.first ?? changes.first else { return live }
        try checkTypes(live, changes)
        guard first.object != nil else {
            var both: [JSON] = []
            for element in live + changes where !both.contains(element) { both.append(element) }
            return try ordered(both, by: changes, then: live, nil)
        }
        guard let key else { throw .internalError("cannot merge lists without merge key for \(name(of: schema))") }
        let (rest, plain) = try withoutDirectives(changes, over: live, key)
        var merged = rest
        for change in plain {
            let value = try name(of: change, key)
            if let place = merged.firstIndex(where: { $0[key] == value }) {
                merged[place] = try StrategicMergePatch.merge(
                    change.object ?? JSONObject(), over: merged[place].object ?? JSONObject(), schema)
            } else {
                merged.append(change)
            }
        }
        return try ordered(merged, by: plain, then: rest, key)
    }

    /// The elements that `order` names in its order, and the others in that of the server, each before the named one that comes
    /// after it there.
    static func ordered(
        _ elements: [JSON], by order: [JSON], then server: [JSON], _ key: String?
    ) throws(APIStatus) -> [JSON] {
        var named: [JSON] = []
        var others: [JSON] = []
        for element in elements {
            if place(of: element, in: order, key) != nil { named.append(element) } else { others.append(element) }
            if let key { _ = try name(of: element, key) }
        }
        named = sorted(named, by: order, key).reversed()
        others = sorted(others, by: server, key).reversed()
        var out: [JSON] = []
        while let left = others.last, let right = named.last {
            let (one, other) = (place(of: left, in: server, key), place(of: right, in: server, key))
            if let one, let other, one < other {
                out.append(others.removeLast())
            } else {
                out.append(named.removeLast())
            }
        }
        return out + named.reversed() + others.reversed()
    }

    /// The elements of the patch have to stand in the order that the patch itself gives.
    static func check(_ changes: [JSON], follows order: [JSON], _ key: String?) throws(APIStatus) {
        guard !order.isEmpty else { return }
        var rest = order[...]
        for change in changes where change["$patch"] == nil {
            guard let place = rest.firstIndex(where: { same($0, change, key) }) else {
                throw .internalError(
                    "The order in patch list:\n\(GoFormat.plain(.array(changes)))\n doesn't match $setElementOrder list:\n"
                        + "\(GoFormat.plain(.array(order)))\n")
            }
            rest = rest[(place + 1)...]
        }
    }

    private static func same(_ one: JSON, _ other: JSON, _ key: String?) -> Bool {
        guard let key else { return one == other }
        return one[key] != nil && one[key] == other[key]
    }

    private static func place(of element: JSON, in list: [JSON], _ key: String?) -> Int? {
        list.firstIndex { same($0, element, key) }
    }

    private static func sorted(_ elements: [JSON], by order: [JSON], _ key: String?) -> [JSON] {
        let places = elements.map { place(of: $0, in: order, key) ?? Int.max }
        return elements.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { elements[$0] }
    }

    /// What stays of the live list and of the patch's after elements that only say what goes.
    private static func withoutDirectives(
        _ changes: [JSON], over live: [JSON], _ key: String
    ) throws(APIStatus) -> (live: [JSON], changes: [JSON]) {
        var (rest, plain, replaces) = (live, [JSON](), false)
        for change in changes {
            switch change["$patch"]?.string {
            case nil where change["$patch"] == nil: plain.append(change)
            case "delete":
                let value = try name(of: change, key)
                rest.removeAll { $0[key] == value }
            case "replace": replaces = true
            case "merge": throw .internalError("merging lists cannot yet be specified in the patch")
            default: throw StrategicMergePatch.unknown(change["$patch"] ?? .null, change)
            }
        }
        return replaces ? (plain, []) : (rest, plain)
    }

    private static func name(of element: JSON, _ key: String) throws(APIStatus) -> JSON {
        guard let name = element[key] else {
            throw .internalError("map: \(GoFormat.plain(element)) does not contain declared merge key: \(key)")
        }
        return name
    }

    private static func name(of schema: FieldSchema?) -> String {
        if case .object(let type)? = schema?.shape { ServerTypes.name(of: type) } else { "" }
    }

    private static func checkTypes(_ live: [JSON], _ changes: [JSON]) throws(APIStatus) {
        let types = Set((live + changes).map(GoFormat.typeName))
        guard types.count > 1 else { return }
        throw .internalError(
            "list element types are not identical: [\(GoFormat.plain(.array(live))) \(GoFormat.plain(.array(changes)))]"
        )
    }
}
