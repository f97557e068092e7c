import Formats

// Blueprints: their folders and what they name.
extension Resolver {
    mutating func resolveBlueprints() {
        var described: Set<BlueprintID> = []
        for document in files.documents(.blueprint) {
            let id = BlueprintID(name: document.name, version: document.version)
            described.insert(id)
            guard document.node != nil else { continue }
            resolveBlueprint(document, id)
        }
        for id in files.blueprintFiles.keys.sorted() where !described.contains(id) {
            let folder = "blueprints/\(id.name)/\(id.version)/"
            let path = folder + (files.blueprintFiles[id]?.first?.path ?? "")
            report(
                .misplacedFile, at: .whole(path),
                "there is no \(folder)blueprint.yaml, so nothing reads this folder")
        }
    }

    private mutating func resolveBlueprint(_ document: FleetFiles.Document, _ id: BlueprintID) {
        let spec = document.fields["spec"]
        if let version = spec["version"].marked, version.value != id.version {
            report(
                .wrongName, at: version.place,
                "the version is '\(version.value)', the folder is named '\(id.version)'; both have to be the same")
        }
        let held = files.blueprintFiles[id] ?? []
        let folder = "blueprints/\(id.name)/\(id.version)/"
        guard
            let blueprint = Blueprint(
                document.fields, id: id, folder: folder, paths: held.map(\.path), isSound: document.isSound)
        else {
            return
        }
        blueprints[id] = blueprint
        for selection in blueprint.selections where selection.files.isEmpty {
            let hint = hint(for: selection.path.value, blueprint, held.map(\.path))
            report(
                .noManifest, at: selection.path.place, "'\(selection.path.value)' matches no file of \(folder)\(hint)")
        }
        resolveSchema(blueprint, held)
        checkChecks(spec["checks"])
        for (key, value) in spec["secrets"].members.flatMap({ $0.value.members }) where value["env"].node != nil {
            checkVariable(value["env"], key)
        }
    }

    /// What may be meant by a path that matches nothing: a file, or for a pattern the same one in another folder.
    private func hint(for written: String, _ blueprint: Blueprint, _ paths: [String]) -> String {
        let name = written.split(separator: "/").last ?? ""
        let patterns = paths.map { path in String((path.lastIndex(of: "/").map { path[...$0] } ?? "") + name) }
        let candidates =
            written.contains("*") ? patterns.filter { made in paths.contains { PathPattern.matches($0, made) } } : paths
        guard let near = Suggestion.nearest(written, among: candidates) else { return "" }
        let isListed = blueprint.selections.contains { $0.path.value == near }
        return isListed
            ? "; '\(near)' is listed already: correct this entry, or remove it" : "; did you mean '\(near)'?"
    }

    /// A variable's name begins with letters that no value can change, so that it never names a credential of reconcile.
    private mutating func checkVariable(_ fields: Fields, _ key: Marked<String>) {
        guard let name = fields.text, !name.hasPrefix("RECONCILE_SECRET_") else { return }
        report(
            .foreignCredential, at: fields.place,
            "'\(name)' is not read: blueprints read only variables RECONCILE_SECRET_…, so that no tenant gets reconcile's own "
                + "credentials; put this secret into such a variable")
    }

    /// The place that a JSON Pointer leads to, as far as it does: JSON is YAML, but for tabs.
    private static func place(of pointer: String, in bytes: [UInt8], _ file: String) -> Place {
        guard var node = YAML.parse(bytes, file: file).document else { return .whole(file) }
        var mark = node.mark
        for name in JSONPointer(parsing: String(pointer.drop { $0 == "#" }))?.tokens ?? [] {
            if let entry = node.entry(name) {
                (mark, node) = (entry.keyMark, entry.value)
            } else if let index = Int(name), let elements = node.sequence, elements.indices.contains(index) {
                (mark, node) = (elements[index].mark, elements[index])
            }
        }
        return Place(file: file, mark: mark)
    }

    private mutating func resolveSchema(_ blueprint: Blueprint, _ held: [FleetFiles.BlueprintFile]) {
        guard let path = blueprint.valuesSchema else { return }
        guard let file = held.first(where: { $0.path == path.value }) else {
            let hint = Suggestion.phrase(for: path.value, among: held.map(\.path))
            report(.noManifest, at: path.place, "there is no file \(blueprint.folder)\(path.value)\(hint)")
            return
        }
        let place = Place(file: blueprint.folder + path.value)
        if let advice = ForeignText.lfsPointer(file.bytes) {
            report(.wrongSchema, at: place, advice)
            return
        }
        do {
            valuesSchemas[blueprint.id] = try ValuesSchema(try JSON.parse(file.bytes))
        } catch let error as JSONSchema.CompileError {
            let place = Self.place(of: error.pointer, in: file.bytes, place.file)
            let advice = error.reason.hasSuffix("is not supported") ? "; correct its name, or remove it" : ""
            report(.wrongSchema, at: place, error.reason + advice)
        } catch let error as JSONError {
            report(.wrongSchema, at: Place(file: place.file, mark: error.mark), error.reason)
        } catch {
            report(.wrongSchema, at: place, "\(error)")
        }
    }
}
