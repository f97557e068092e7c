import Expressions
import Formats

/// Finds where in the repository a field of a rendered object was written: in its manifest, or in the file that gave the value.
struct FieldLocator {
    /// Where to point for a finding about a field.
    struct Spot {
        let place: Place
        /// The other end: the manifest for a value from elsewhere, the givers of what a manifest puts together.
        let notes: [Diagnostic.Note]
        /// Whether tenants may have other values there, so that it is worth saying whose this is.
        let isVarying: Bool
    }

    let file: String
    let manifest: Node
    let origins: [Origin]

    init(_ manifest: CompiledBlueprint.Manifest, origins: [Origin] = []) {
        file = manifest.places.file
        self.manifest = manifest.node
        self.origins = origins
    }

    init?(_ object: DesiredObject) {
        guard let manifest = object.manifest else { return nil }
        file = object.source.file
        self.manifest = manifest
        origins = object.origins
    }

    func spot(_ pointer: JSONPointer, isAboutKey: Bool = false) -> Spot {
        var node = manifest
        var key: Mark?
        var depth = 0
        walk: for token in pointer.tokens {
            switch node.content {
            case .mapping:
                guard let entry = node.entry(token) else { break walk }
                (node, key) = (entry.value, entry.keyMark)
            case .sequence(let elements):
                guard let index = JSONPointer.index(token), index < elements.count else { break walk }
                (node, key) = (elements[index], nil)
            case .scalar: break walk
            }
            depth += 1
        }
        let isThere = depth == pointer.tokens.count
        let isOwn = isThere ? !isAboutKey : node.scalar != nil
        let mark = isOwn ? node.mark : key ?? node.mark
        let own = Place(file: file, mark: mark)
        let slot = JSONPointer(Array(pointer.tokens[..<depth]))
        guard isOwn || !isThere, let text = node.scalar?.text, text.utf8.contains(UInt8(ascii: "$")) else {
            return Spot(place: own, notes: [], isVarying: false)
        }
        return spot(given: givers(pointer, slot), by: text, in: own)
    }

    /// Who gave the leaf, or else all that went into the scalar.
    private func givers(_ pointer: JSONPointer, _ slot: JSONPointer) -> [Origin] {
        let exact = pointer.description
        let found = origins.filter { $0.pointer == exact }
        return found.isEmpty ? origins.filter { $0.pointer == slot.description } : found
    }

    private func spot(given givers: [Origin], by text: String, in own: Place) -> Spot {
        if let giver = givers.first, givers.count == 1, Self.isPath(text) {
            return Spot(
                place: giver.place,
                notes: [Diagnostic.Note("the value is of layer \(giver.layer), put in here by \(text)", at: own)],
                isVarying: false)
        }
        let notes = givers.map { Diagnostic.Note("a value from here goes in (layer \($0.layer))", at: $0.place) }
        return Spot(place: own, notes: notes, isVarying: true)
    }

    /// Whether the text is one expression that only names a value: then that value is at fault, not the manifest.
    private static func isPath(_ text: String) -> Bool {
        guard let template = try? Template.parse(text), let expression = template.whole else { return false }
        let isPlain = expression.text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || [0x2e, 0x5b, 0x5d, 0x5f, 0x20].contains(byte)
        }
        guard isPlain, expression.references.count == 1, let path = expression.references.first else { return false }
        // What a thing is called and where it runs is given; the manifest has to make something fitting of it.
        let root = path.first ?? ""
        return !["fleet", "environment", "blueprint", "tier"].contains(root)
            && !(root == "tenant" && ["name", "namespace", "group", "state", "tier"].contains(path.dropFirst().first))
    }
}
