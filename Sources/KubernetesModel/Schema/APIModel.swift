import Formats

/// The kinds and types that the program carries, read once when first asked for.
struct APIModel: Sendable {
    static let shared = APIModel(Embedded.model())

    let kinds: [ResourceKind]
    let groupVersions: [(group: String, version: String)]
    let byKind: [GroupVersionKind: ResourceKind]
    /// By `group/version/plural`.
    let byPlural: [String: ResourceKind]
    let library: SchemaLibrary
    /// The same, for further types to be added to.
    let builder: SchemaBuilder
    /// The name of the kind's type in the library.
    let typeNames: [GroupVersionKind: String]

    init(_ text: [UInt8]) {
        var reader = APIModelReader()
        // By bytes: the lines are ASCII, and splitting characters costs ten times as much.
        for line in String(decoding: text, as: UTF8.self).utf8.split(separator: UInt8(ascii: "\n")) {
            reader.read(line.split(separator: UInt8(ascii: " ")).map { Substring($0) })
        }
        reader.finish()
        reader.addUntyped()
        kinds = reader.kinds
        groupVersions = reader.groupVersions
        builder = reader.builder
        library = builder.library()
        typeNames = reader.typeNames
        byKind = Dictionary(kinds.map { ($0.gvk, $0) }) { first, _ in first }
        byPlural = Dictionary(kinds.map { ("\($0.group)/\($0.version)/\($0.plural)", $0) }) { first, _ in first }
    }
}

/// Reads the model's lines one by one; a line belongs to the `kind` or `type` before it.
struct APIModelReader {
    var builder = SchemaBuilder()
    private(set) var kinds: [ResourceKind] = []
    private(set) var groupVersions: [(group: String, version: String)] = []
    private(set) var typeNames: [GroupVersionKind: String] = [:]
    private var kind: [Substring] = []
    private var hash: String?
    private var subresources: [ResourceKind.Subresource] = []
    private var type: (name: String, isAtomic: Bool)?
    private var fields: [ObjectType.Field] = []

    mutating func read(_ words: [Substring]) {
        switch words.first {
        case "kind" where words.count == 11 && type == nil:
            finish()
            kind = words
        case "sub" where words.count == 6 && type == nil: addSubresource(words)
        case "hash" where words.count == 2 && type == nil: hash = String(words[1])
        case "group" where words.count == 3 && type == nil:
            groupVersions.append((Self.optional(words[1]), String(words[2])))
        case "any" where words.count == 2: finish()
        case "type" where words.count == 2 || words.count == 3 && words[2] == "atomic":
            finish()
            type = (String(words[1]), words.count == 3)
        default: addField(words)
        }
    }

    /// Ends the kind or type that is being read.
    mutating func finish() {
        if !kind.isEmpty { addKind() }
        if let type { builder.define(ObjectType(name: type.name, isAtomic: type.isAtomic, fields: fields)) }
        kind = []
        hash = nil
        subresources = []
        type = nil
        fields = []
    }

    /// The type of objects about which nothing is known but that they are objects.
    mutating func addUntyped() {
        let members = [("apiVersion", "s"), ("kind", "s"), ("metadata", "@meta.v1.ObjectMeta")]
        let fields = members.map { name, expression in
            ObjectType.Field(
                name: name, flags: name == "metadata" ? .isAlwaysWritten : [],
                typeIndex: builder.index(of: expression[...]),
                zeroDefault: nil, defaultValue: nil, values: [], patchKey: nil)
        }
        builder.define(
            ObjectType(
                name: SchemaLibrary.untypedName, isAtomic: false, fields: fields,
                undeclaredIndex: builder.index(of: "*")))
    }

    private mutating func addKind() {
        let gvk = GroupVersionKind(group: Self.optional(kind[1]), version: String(kind[2]), kind: String(kind[3]))
        if kind[10] != "-" { typeNames[gvk] = String(kind[10]) }
        kinds.append(
            ResourceKind(
                gvk: gvk, plural: String(kind[4]), singular: Self.optional(kind[5]), shortNames: Self.list(kind[7]),
                categories: Self.list(kind[8]), isNamespaced: kind[6] == "namespaced", verbs: Self.list(kind[9]),
                subresources: subresources, storageVersionHash: hash))
    }

    private mutating func addSubresource(_ words: [Substring]) {
        guard kind.count == 11 else { return }
        let isOwn = words[3] == "-"
        let gvk = GroupVersionKind(
            group: Self.optional(isOwn ? kind[1] : words[2]), version: String(isOwn ? kind[2] : words[3]),
            kind: String(words[4]))
        subresources.append(.init(name: String(words[1]), kind: gvk, verbs: Self.list(words[5])))
    }

    private mutating func addField(_ words: [Substring]) {
        guard words.count >= 3, type != nil else { return }
        var flags: ObjectType.Flags = []
        var patchKey: String?
        var values = words[3...]
        var defaultValue: JSON?
        var allowed: [String] = []
        var letters = words[2].utf8[...]
        while let letter = letters.popFirst() {
            switch letter {
            case UInt8(ascii: "d"): defaultValue = try? JSON.parse(String(values.popFirst() ?? "null"))
            case UInt8(ascii: "e"): allowed = Self.list(values.popFirst() ?? "-")
            case UInt8(ascii: "m"):
                flags.insert(.patchMerges)
                let end = letters.firstIndex(of: UInt8(ascii: ")")) ?? letters.endIndex
                patchKey = String(Substring(letters[..<end].dropFirst()))
                letters = letters[end...].dropFirst()
            default: flags.formUnion(Self.flags[letter] ?? [])
            }
        }
        let zeros: [Substring: JSON] = ["s": "", "i": 0, "l": 0, "n": 0, "b": false]
        fields.append(
            ObjectType.Field(
                name: String(words[0]), flags: flags, typeIndex: builder.index(of: words[1]),
                zeroDefault: flags.contains(.isAlwaysWritten) ? zeros[words[1]] : nil, defaultValue: defaultValue,
                values: allowed, patchKey: patchKey))
    }

    private static let flags: [UInt8: ObjectType.Flags] = [
        UInt8(ascii: "r"): .isRequired, UInt8(ascii: "w"): .isAlwaysWritten, UInt8(ascii: "o"): .isInPlace,
        UInt8(ascii: "k"): .keepsZero, UInt8(ascii: "p"): .patchMerges, UInt8(ascii: "c"): .patchReplaces,
        UInt8(ascii: "v"): .patchRetainsKeys,
    ]

    private static func optional(_ word: Substring) -> String { word == "-" ? "" : String(word) }

    private static func list(_ word: Substring) -> [String] {
        word == "-" ? [] : word.utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }
    }
}
