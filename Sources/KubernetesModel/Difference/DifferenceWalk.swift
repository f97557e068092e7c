import Formats

/// Finds the places where two states of an object differ, by what tells the elements of its lists apart.
struct DifferenceWalk {
    struct Found {
        let path: FieldPath
        let pointer: JSONPointer
        let desired: JSONPointer?
        let before: JSON?
        let after: JSON?
    }

    private(set) var found: [Found] = []
    /// The same as plain JSON.
    private(set) var pointers: [JSONPointer] = []
    private let desired: JSON

    init(desired: JSON) {
        self.desired = desired
    }

    /// One place in the two states and in the manifest.
    private struct Place {
        var path = FieldPath()
        var pointer = JSONPointer([])
        /// Set as long as the manifest says something here.
        var desired: (pointer: JSONPointer, value: JSON)?

        func member(_ name: String) -> Place {
            Place(
                path: path.appending(.field(name)), pointer: JSONPointer(pointer.tokens + [name]),
                desired: desired.flatMap { desired in
                    desired.value[name].map { (JSONPointer(desired.pointer.tokens + [name]), $0) }
                })
        }

        /// The element of a list, which has the index in the states and may have another one in the manifest.
        func element(_ element: PathElement, index: Int, inManifest place: Int?) -> Place {
            Place(
                path: path.appending(element), pointer: JSONPointer(pointer.tokens + ["\(index)"]),
                desired: desired.flatMap { desired in
                    guard let place, let value = desired.value.array?[place] else { return nil }
                    return (JSONPointer(desired.pointer.tokens + ["\(place)"]), value)
                })
        }
    }

    /// Fields that are no business of a manifest.
    private static let ignored: Set<String> = [
        "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ]

    mutating func compare(_ old: JSON, _ new: JSON, _ schema: FieldSchema) {
        let (one, other) = (Self.stripped(old), Self.stripped(new))
        pointers = Self.pointers(one, other, JSONPointer([]))
        compare(one, other, schema, Place(desired: (JSONPointer([]), desired)))
    }

    private static func stripped(_ object: JSON) -> JSON {
        var object = object
        object["status"] = nil
        object.edit("metadata") { metadata in for key in ignored { metadata[key] = nil } }
        return object
    }

    /// Whether two states are the same in all that a manifest may say.
    static func areSame(_ old: JSON, _ new: JSON) -> Bool { stripped(old) == stripped(new) }

    private static func pointers(_ old: JSON?, _ new: JSON?, _ place: JSONPointer) -> [JSONPointer] {
        if old == new { return [] }
        var out: [JSONPointer] = []
        switch (old, new) {
        case (.object(let one)?, .object(let other)?):
            one.zip(other) { key, left, right in out += pointers(left, right, JSONPointer(place.tokens + [key])) }
        case (.array(let one)?, .array(let other)?) where one.count == other.count:
            for index in one.indices {
                out += pointers(one[index], other[index], JSONPointer(place.tokens + ["\(index)"]))
            }
        default: out = [place]
        }
        return out
    }

    private mutating func compare(_ old: JSON?, _ new: JSON?, _ schema: FieldSchema?, _ place: Place) {
        if old == new { return }
        switch (old, new) {
        case (.object(let one)?, .object(let other)?):
            one.zip(other) { key, left, right in compare(left, right, schema?.member(key), place.member(key)) }
        case (.array(let one)?, .array(let other)?):
            if case .list(let kind)? = schema?.shape, kind != .atomic, compareElements(one, other, kind, schema, place)
            {
                return
            }
            compareByIndex(one, other, schema, place)
        default: report(place, old, new)
        }
    }

    private mutating func compareByIndex(_ old: [JSON], _ new: [JSON], _ schema: FieldSchema?, _ place: Place) {
        guard old.count == new.count else { return report(place, .array(old), .array(new)) }
        let manifest = place.desired?.value.array
        for index in old.indices {
            let inManifest = manifest.flatMap { index < $0.count && $0.count == new.count ? index : nil }
            let below = place.element(.index(index), index: index, inManifest: inManifest)
            compare(old[index], new[index], schema?.element, below)
        }
    }

    /// False where elements cannot be told apart. Another order of the same elements is no difference.
    private mutating func compareElements(
        _ old: [JSON], _ new: [JSON], _ kind: FieldSchema.ListKind, _ schema: FieldSchema?, _ place: Place
    ) -> Bool {
        guard let schema else { return false }
        let (before, after) = (Self.keyed(old, kind, schema), Self.keyed(new, kind, schema))
        guard let before, let after else { return false }
        let manifest = place.desired?.value.array.flatMap { Self.keyed($0, kind, schema) } ?? [:]
        let isResized = old.count != new.count || Set(before.keys) != Set(after.keys)
        for key in Set(before.keys).union(after.keys).sorted() {
            let (left, right) = (before[key], after[key])
            var below = place.element(key, index: right ?? left ?? 0, inManifest: manifest[key])
            if isResized { below.pointer = place.pointer }
            compare(left.map { old[$0] }, right.map { new[$0] }, schema.element, below)
        }
        return true
    }

    /// The elements' indexes by what tells them apart; nil where that is not unique.
    private static func keyed(
        _ elements: [JSON], _ kind: FieldSchema.ListKind, _ schema: FieldSchema
    ) -> [PathElement: Int]? {
        var out: [PathElement: Int] = [:]
        for (index, element) in elements.enumerated() {
            guard let key = try? schema.element(element, of: kind), out.updateValue(index, forKey: key) == nil else {
                return nil
            }
        }
        return out
    }

    private mutating func report(_ place: Place, _ old: JSON?, _ new: JSON?) {
        found.append(
            Found(path: place.path, pointer: place.pointer, desired: place.desired?.pointer, before: old, after: new))
    }
}
