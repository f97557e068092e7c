import Formats
import KubernetesModel

/// Changes manifests as people and generators of manifests do, and as mistakes do.
struct ManifestMutation {
    enum Way: String, CaseIterable {
        /// Label and annotation of the object itself; a key of any map.
        case label, annotation, key
        /// Another value, a quantity in other words, a value of another type, a number for a text and the reverse.
        case value, respell, type
        /// Something left out, made null, made empty.
        case remove, null, empty
        /// The elements of lists: one less, one more, one twice, another order.
        case pop, append, twice, shuffle
        /// What the server filled in is said, or contradicted.
        case filled, contradicted
        /// A field that was not there, and one that does not exist.
        case field, unknown
    }

    /// Ways that leave most manifests good, for objects that are to be made.
    static let mild: [Way] = [.label, .annotation, .key, .respell, .remove, .pop, .append, .shuffle, .filled, .value]

    /// What no manifest says; what clusters have switched off unless they are told otherwise, and then leave out.
    private static let uninvented: Set<String> = ["managedFields", "schedulingGroup"]

    let schema: FieldSchema
    /// The object as the server has it.
    let live: JSON?
    var dice: Dice

    /// The manifest changed in that way; nil where it holds nothing to be changed so.
    mutating func change(_ manifest: JSON, _ way: Way) -> JSON? {
        let places = ManifestPlace.all(in: manifest, schema)
        switch way {
        case .label: return entry(manifest, JSONPointer(["metadata", "labels"]))
        case .annotation: return entry(manifest, JSONPointer(["metadata", "annotations"]))
        case .key:
            return pick(places) { if case .map? = $0.schema?.shape { true } else { false } }
                .map { entry(manifest, $0.pointer) }
        case .value: return pick(places, where: \.isScalar).flatMap { with(manifest, $0, other($0)) }
        case .respell:
            return pick(places, where: \.isQuantity).flatMap { with(manifest, $0, Quantities.respelt($0.value, &dice)) }
        case .type: return dice.pick(places).flatMap { with(manifest, $0, ofAnotherType($0)) }
        case .remove: return dice.pick(places).map { manifest.replacing($0.pointer, with: nil) }
        case .null: return dice.pick(places).map { manifest.replacing($0.pointer, with: .null) }
        case .empty: return dice.pick(places).flatMap { with(manifest, $0, Self.nothing($0.value)) }
        case .pop, .append, .twice, .shuffle:
            return pick(places) { $0.value.array?.isEmpty == false }
                .flatMap { with(manifest, $0, elements($0, way)) }
        case .filled, .contradicted: return filled(manifest, places, isSame: way == .filled)
        case .field: return field(manifest, places)
        case .unknown:
            return pick(places) { $0.value.object != nil }
                .map { manifest.replacing($0.pointer.appending("unknwn"), with: "x") }
        }
    }

    private mutating func pick(_ places: [ManifestPlace], where isFit: (ManifestPlace) -> Bool) -> ManifestPlace? {
        dice.pick(places.filter(isFit))
    }

    private func with(_ manifest: JSON, _ place: ManifestPlace, _ value: JSON?) -> JSON? {
        guard let value, value != place.value else { return nil }
        return manifest.replacing(place.pointer, with: value)
    }

    private mutating func invent<Value>(_ make: (inout Invention) -> Value) -> Value {
        var invention = Invention(dice: dice)
        defer { dice = invention.dice }
        return make(&invention)
    }

    /// A map with a key more, less, or with another value.
    private mutating func entry(_ manifest: JSON, _ pointer: JSONPointer) -> JSON {
        let held = manifest[pointer]?.object?.keys ?? []
        if let key = dice.pick(held), dice.once(in: 2) {
            let place = pointer.appending(key)
            return manifest.replacing(place, with: dice.once(in: 2) ? nil : invent { $0.labelValue() })
        }
        let key = invent { $0.labelKey() }
        return manifest.replacing(pointer.appending(key), with: invent { $0.labelValue() })
    }

    private mutating func other(_ place: ManifestPlace) -> JSON? {
        switch (place.value, dice.roll(3)) {
        case (.bool(let value), _): return .bool(!value)
        case (.int(let value), 0): return .int(value &+ 1)
        case (.int(let value), 1): return .int(value &- 1)
        case (.string(let text), 0): return .string(text + "-x")
        case (.string(let text), 1) where !text.isEmpty: return .string(String(text.dropLast()))
        default:
            guard let schema = place.schema else { return invent { $0.text(place.name) } }
            return invent { $0.value(schema, name: place.name, place.field) }
        }
    }

    private mutating func ofAnotherType(_ place: ManifestPlace) -> JSON? {
        switch place.value {
        case .string(let text):
            return Int64(text).map { .int($0) } ?? dice.one(5, true, ["x"], [:], 1.5)
        case .int(let value):
            return dice.one(.string("\(value)"), .double(Double(value) + 0.5), true, .double(Double(value)))
        case .bool(let value): return dice.one(.string("\(value)"), 1, [:])
        case .array: return dice.one([:], "x", ["a": "b"], 1, [1], ["x"], [.null], [[:]])
        case .object: return dice.one([], "x", 1, ["x"], ["a": 1])
        case .double, .null: return "x"
        }
    }

    private static func nothing(_ value: JSON) -> JSON {
        switch value {
        case .string: ""
        case .int, .double: 0
        case .bool: false
        case .array: []
        case .object: [:]
        case .null: .null
        }
    }

    private mutating func elements(_ place: ManifestPlace, _ way: Way) -> JSON? {
        guard var elements = place.value.array, let some = dice.pick(elements) else { return nil }
        switch way {
        case .pop: elements.remove(at: dice.roll(elements.count))
        case .twice: elements.insert(some, at: dice.roll(elements.count + 1))
        case .shuffle: elements.shuffle(using: &dice)
        default: elements.insert(relative(of: some, place), at: dice.roll(elements.count + 1))
        }
        return .array(elements)
    }

    /// An element like that one, but for what tells it apart.
    private mutating func relative(of element: JSON, _ place: ManifestPlace) -> JSON {
        if dice.once(in: 3), let schema = place.schema?.element {
            return invent { $0.value(schema, name: place.name, depth: 2) }
        }
        switch element {
        case .string(let text): return .string(text + "2")
        case .int(let value): return .int(value &+ 1)
        case .object(var members):
            for (key, value) in members.map({ ($0.key, $0.value) }) {
                switch value {
                case .string(let text) where ["name", "mountPath", "key", "host", "path", "type"].contains(key):
                    members[key] = .string(text + "2")
                case .int(let number) where ["port", "containerPort", "nodePort"].contains(key):
                    members[key] = .int(number &+ 1)
                default: continue
                }
            }
            return .object(members)
        default: return element
        }
    }

    /// What the live object holds and the manifest leaves out, said.
    private mutating func filled(_ manifest: JSON, _ places: [ManifestPlace], isSame: Bool) -> JSON? {
        guard let live else { return nil }
        var left: [(pointer: JSONPointer, value: JSON, schema: FieldSchema?)] = []
        for place in places where place.value.object != nil && place.pointer.tokens != ["metadata"] {
            guard let held = live.counterpart(of: place.pointer, in: manifest)?.object else { continue }
            for member in held where place.value[member.key] == nil {
                left.append((place.pointer.appending(member.key), member.value, place.schema?.member(member.key)))
            }
        }
        left += (live.object ?? [:]).filter { manifest[$0.key] == nil }
            .map { (JSONPointer([$0.key]), $0.value, schema.member($0.key)) }
        guard let choice = dice.pick(left) else { return nil }
        if isSame { return manifest.replacing(choice.pointer, with: choice.value) }
        guard let schema = choice.schema else { return nil }
        let value = invent { $0.value(schema, name: choice.pointer.tokens.last ?? "") }
        return manifest.replacing(choice.pointer, with: value)
    }

    private mutating func field(_ manifest: JSON, _ places: [ManifestPlace]) -> JSON? {
        var free: [(pointer: JSONPointer, schema: FieldSchema, field: ObjectType.Field)] = []
        for place in places + [ManifestPlace(pointer: JSONPointer(), value: manifest, schema: schema, field: nil)] {
            guard case .object(let type)? = place.schema?.shape, let schema = place.schema, place.value.object != nil
            else {
                continue
            }
            for field in type.fields where place.value[field.name] == nil && !Self.uninvented.contains(field.name) {
                free.append((place.pointer.appending(field.name), schema.schema(of: field), field))
            }
        }
        guard let choice = dice.pick(free) else { return nil }
        return manifest.replacing(
            choice.pointer, with: invent { $0.value(choice.schema, name: choice.field.name, choice.field) })
    }
}

extension ManifestPlace {
    fileprivate var isQuantity: Bool { if case .quantity? = schema?.shape { true } else { false } }
}

extension JSON {
    /// The value of this object where the manifest has the pointer: elements are found by their names, else by their places.
    fileprivate func counterpart(of pointer: JSONPointer, in manifest: JSON) -> JSON? {
        var (mine, theirs) = (self, manifest)
        for token in pointer.tokens {
            guard let next = theirs[JSONPointer([token])] else { return nil }
            if let elements = mine.array {
                let named = next["name"].flatMap { name in elements.first { $0["name"] == name } }
                guard let found = named ?? mine[JSONPointer([token])] else { return nil }
                mine = found
            } else {
                guard let found = mine[token] else { return nil }
                mine = found
            }
            theirs = next
        }
        return mine
    }
}
