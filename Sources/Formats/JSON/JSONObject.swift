/// The members of a JSON object, unique by key and kept sorted by the bytes of the key.
///
/// Sorted storage makes equality independent of the order of writing and output the same in every run.
package struct JSONObject: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package let key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }

        package static func == (left: Member, right: Member) -> Bool {
            ByteOrder.isSame(left.key, right.key) && left.value == right.value
        }
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// Makes an object from members in any order; of two with one key the later wins.
    package init(_ unsorted: [Member]) {
        var isSorted = true
        for index in unsorted.indices.dropFirst() where !Self.precedes(unsorted[index - 1].key, unsorted[index].key) {
            isSorted = false
            break
        }
        members = isSorted ? unsorted : unsorted.count <= 24 ? Self.inserted(unsorted) : Self.sorted(unsorted)
    }

    private static func inserted(_ unsorted: [Member]) -> [Member] {
        var members: [Member] = []
        members.reserveCapacity(unsorted.count)
        for member in unsorted {
            var position = members.count
            var order = -1
            while position > 0 {
                order = ByteOrder.compare(members[position - 1].key, member.key)
                if order <= 0 { break }
                position -= 1
            }
            if position > 0, order == 0 {
                members[position - 1] = member
            } else {
                members.insert(member, at: position)
            }
        }
        return members
    }

    private static func sorted(_ unsorted: [Member]) -> [Member] {
        let order = unsorted.indices.sorted { left, right in
            let order = ByteOrder.compare(unsorted[left].key, unsorted[right].key)
            return order != 0 ? order < 0 : left < right
        }
        var members: [Member] = []
        members.reserveCapacity(unsorted.count)
        for index in order {
            if let last = members.last, isSame(last.key, unsorted[index].key) {
                members[members.count - 1] = unsorted[index]
            } else {
                members.append(unsorted[index])
            }
        }
        return members
    }

    /// Takes members whose keys ascend already.
    init(ascending members: [Member]) { self.members = members }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    /// The member's value, or nil where there is none. Assigning nil removes the member.
    package subscript(key: String) -> JSON? {
        get {
            let index = lowerBound(key)
            guard index < members.count, Self.isSame(members[index].key, key) else { return nil }
            return members[index].value
        }
        set {
            let index = lowerBound(key)
            let isPresent = index < members.count && Self.isSame(members[index].key, key)
            switch (newValue, isPresent) {
            case (.some(let value), true): members[index].value = value
            case (.some(let value), false): members.insert(Member(key: key, value: value), at: index)
            case (.none, true): members.remove(at: index)
            case (.none, false): break
            }
        }
    }

    private func lowerBound(_ key: String) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(members[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func precedes(_ left: String, _ right: String) -> Bool { ByteOrder.precedes(left, right) }

    private static func isSame(_ left: String, _ right: String) -> Bool { ByteOrder.isSame(left, right) }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
