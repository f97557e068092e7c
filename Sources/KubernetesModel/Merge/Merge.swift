package import Formats

extension FieldSchema {
    /// The live value with the applied one laid over it: applied scalars and atomic values win, maps and lists of known
    /// elements are united, in the order that keeps both sides' as far as it can.
    package func merging(_ live: JSON, _ applied: JSON) -> JSON { merge(live, applied) ?? .object(JSONObject()) }

    /// Nil on either side is absence; a nil result means that nothing is left.
    private func merge(_ live: JSON?, _ applied: JSON?) -> JSON? {
        switch atom(of: applied ?? live) {
        case .scalar, .list(.atomic), .map(isAtomic: true): applied ?? live
        case .list(let kind):
            // Where both are empty the one that was given stays, so that null and empty remain apart.
            (live?.array ?? []).isEmpty && (applied?.array ?? []).isEmpty
                ? applied ?? live : mergeElements(live?.array ?? [], applied?.array ?? [], kind)
        case .map:
            (live?.object ?? JSONObject()).isEmpty && (applied?.object ?? JSONObject()).isEmpty
                ? applied ?? live : mergeMembers(live?.object ?? JSONObject(), applied?.object ?? JSONObject())
        }
    }

    private func mergeMembers(_ live: JSONObject, _ applied: JSONObject) -> JSON? {
        var out: [JSONObject.Member] = []
        out.reserveCapacity(live.count + applied.count)
        live.zip(applied) { key, one, other in
            let merged = member(key).map { $0.merge(one, other) } ?? other ?? one
            if let merged { out.append(.init(key: key, value: merged)) }
        }
        return out.isEmpty ? nil : .object(JSONObject(out))
    }

    private func mergeElements(_ live: [JSON], _ applied: [JSON], _ kind: ListKind) -> JSON? {
        var merger = ListMerger(live: live, applied: applied) { try? element($0, of: kind) }
        let below = elementOrAny
        var out: [JSON] = []
        while let (one, other) = merger.next() {
            if let merged = below.merge(one, other) { out.append(merged) }
        }
        return out.isEmpty ? nil : .array(out)
    }
}

extension JSONObject {
    /// Walks the members of both in the order of their keys.
    func zip(_ other: JSONObject, _ body: (String, JSON?, JSON?) -> Void) {
        var left = members[...]
        var right = other.members[...]
        while let one = left.first, let another = right.first {
            let order = ByteOrder.compare(one.key, another.key)
            body(order <= 0 ? one.key : another.key, order <= 0 ? one.value : nil, order >= 0 ? another.value : nil)
            if order <= 0 { left.removeFirst() }
            if order >= 0 { right.removeFirst() }
        }
        for member in left { body(member.key, member.value, nil) }
        for member in right { body(member.key, nil, member.value) }
    }
}

/// Pairs the elements of two lists by what tells them apart: the applied list's order holds among its own elements, and
/// what is only in the live list stays near its neighbours.
private struct ListMerger {
    private let live: [(key: PathElement, value: JSON)]
    private let applied: [(key: PathElement, value: JSON)]
    /// Live elements by key; null where several have one key.
    private let liveByKey: [PathElement: JSON]
    private let appliedKeys: Set<PathElement>
    /// The applied list's keys that are live too, those still to come.
    private var shared: ArraySlice<PathElement>
    private var merged: Set<PathElement> = []
    private var liveIndex = 0
    private var appliedIndex = 0

    init(live: [JSON], applied: [JSON], key: (JSON) -> PathElement?) {
        self.live = live.compactMap { value in key(value).map { ($0, value) } }
        self.applied = applied.compactMap { value in key(value).map { ($0, value) } }
        liveByKey = Dictionary(self.live.map { ($0.key, $0.value) }) { _, _ in .null }
        appliedKeys = Set(self.applied.map(\.key))
        let byKey = liveByKey
        shared = self.applied.map(\.key).filter { byKey[$0] != nil }[...]
    }

    mutating func next() -> (JSON?, JSON?)? {
        while liveIndex < live.count || appliedIndex < applied.count {
            if liveIndex < live.count, appliedIndex < applied.count {
                let key = live[liveIndex].key
                if key == applied[appliedIndex].key {
                    liveIndex += 1
                    return takeApplied()
                }
                if appliedKeys.contains(key), let next = shared.first, next != key {
                    liveIndex += 1
                    continue
                }
            }
            if liveIndex < live.count {
                let (key, value) = live[liveIndex]
                if !appliedKeys.contains(key) {
                    liveIndex += 1
                    return (value, nil)
                }
                if merged.contains(key) { liveIndex += 1 }
            }
            if appliedIndex < applied.count { return takeApplied() }
        }
        return nil
    }

    private mutating func takeApplied() -> (JSON?, JSON?) {
        let (key, value) = applied[appliedIndex]
        appliedIndex += 1
        merged.insert(key)
        if shared.first == key { shared.removeFirst() }
        return (liveByKey[key], value)
    }
}
