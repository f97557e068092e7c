package import Formats

/// Looks at manifests of one kind as the API server would, without asking it.
package struct ManifestCheck: Sendable {
    private let writer: ObjectWriter
    /// What a custom kind's schema says about values.
    private var values: JSONSchema?

    /// Of a custom kind.
    package init?(_ version: CustomDefinition.Version) {
        self.init(kind: version.kind, schema: version.schema)
        values = version.values
    }

    /// Without a schema, that of the built-in kind is taken.
    package init?(kind: ResourceKind, schema: ObjectSchema? = nil) {
        guard let writer = ObjectWriter(kind: kind, schema: schema, manager: Marks.fieldManager, time: Self.time) else {
            return nil
        }
        self.writer = writer
    }

    private static let time = "2026-01-01T00:00:00Z"

    /// Everything that the server would refuse, sorted by place: of a new object, or of a forced apply to the live one.
    package func problems(in manifest: JSON, live: JSON? = nil) -> [ManifestProblem] {
        let (shape, choices) = shape(of: manifest, holes: [])
        // What cannot be read is left out, so that the rest is looked at as well.
        let readable = shape.reduce(manifest) { $1.kind == .missingField ? $0 : $0.removing($1.pointer) }
        let further = valueProblems(in: readable, live: live)
        let all = shape + further.filter { problem in !shape.contains { $0.explains(problem) } }
        let listed = choices.filter { choice in !all.contains { $0.pointer.contains(choice.pointer) } }
        return Set(all + listed).sorted()
    }

    /// What does not fit the schema. Nothing is said about `holes`: places whose values are not known yet.
    package func shapeProblems(in manifest: JSON, holes: Set<JSONPointer> = []) -> [ManifestProblem] {
        shape(of: manifest, holes: holes).problems
    }

    private func shape(
        of manifest: JSON, holes: Set<JSONPointer>
    ) -> (problems: [ManifestProblem], choices: [ManifestProblem]) {
        var check = ShapeCheck(writer.schema.root, holes: holes)
        check.check(manifest)
        return (check.withoutEchoes, check.choices)
    }

    /// What the kind itself refuses in a manifest that fits the schema.
    package func valueProblems(in manifest: JSON, live: JSON? = nil) -> [ManifestProblem] {
        let own = values?.findings(in: manifest) ?? []
        return own.map { ManifestProblem(.wrongValue, at: $0.pointer, "\($0.pointer.display): \($0.message)") }
            + kindProblems(in: manifest, live: live)
    }

    private func kindProblems(in manifest: JSON, live: JSON?) -> [ManifestProblem] {
        do throws(APIStatus) {
            guard let live else {
                let object = writer.prepared(try writer.convert(manifest), Self.allocations)
                let found = Validation.problems(in: object, writer.kind, live: nil)
                return problems(found, FieldPlace(manifest: manifest, root: writer.schema.root))
            }
            guard let merged = writer.merge(manifest, over: live).object else { return [] }
            let old = ObjectWriter.withoutManagedFields(live)
            let object = writer.prepared(try writer.convert(merged), over: old)
            guard writer.schema.root.stored(object) != old else { return [] }
            let found = Validation.problems(in: object, writer.kind, live: old)
            return problems(found, FieldPlace(manifest: manifest, root: writer.schema.root, merged: object))
        } catch {
            return [ManifestProblem(.wrongType, at: JSONPointer(), error.message)]
        }
    }

    private static let allocations = Allocations(uid: "00000000-0000-4000-8000-000000000000", clusterIP: "10.0.0.1")

    /// What the selector asks for and what the template has, where the one does not find the other.
    private static func sides(_ problem: FieldProblem, _ manifest: JSON) -> String {
        guard problem.detail.hasPrefix("`selector` does not match"),
            let wanted = manifest[path: "spec", "selector", "matchLabels"]?.object,
            let labels = manifest[path: "spec", "template", "metadata", "labels"]?.object
        else { return "" }
        func words(_ labels: JSONObject) -> String {
            "{" + labels.map { "\($0.key): \($0.value.string ?? $0.value.text)" }.joined(separator: ", ") + "}"
        }
        return ": \(words(wanted)) is asked for, \(words(labels)) is here"
    }

    private func problems(_ found: [FieldProblem], _ places: FieldPlace) -> [ManifestProblem] {
        // Without a selector there is nothing for the labels to match.
        let isWithoutSelector = found.contains { $0.fault == .required && $0.field == "spec.selector" }
        return found.filter { !isWithoutSelector || !$0.detail.hasPrefix("`selector` does not match") }.map { problem in
            let pointer = places.pointer(problem)
            let kind: ManifestProblem.Kind = problem.fault == .required ? .missingField : .wrongValue
            return ManifestProblem(
                kind, at: pointer, isAboutKey: problem.isAboutName,
                problem.words(at: pointer) + Self.sides(problem, places.manifest))
        }
    }
}

extension FieldProblem {
    /// Whether the member's name is at fault rather than its value.
    fileprivate var isAboutName: Bool {
        guard case .invalid = fault, let name = FieldPlace.tokens(field).last else { return false }
        return member.map { value == JSON.string($0).text } ?? (field.hasSuffix("]") && value == JSON.string(name).text)
    }
}

extension ManifestProblem {
    /// Whether the other finding only follows from this one.
    fileprivate func explains(_ other: ManifestProblem) -> Bool {
        pointer.contains(other.pointer) || kind != .missingField && other.pointer.contains(pointer)
            || kind != .wrongValue && pointer.parent == other.pointer.parent && other.kind == .missingField
    }
}

extension ShapeCheck {
    /// Without what is missing only because its name is misspelt.
    fileprivate var withoutEchoes: [ManifestProblem] {
        problems.filter { problem in
            problem.kind != .missingField
                || !problems.contains {
                    $0.kind == .unknownField && $0.pointer.parent == problem.pointer.parent
                        && $0.message.hasSuffix("'\(problem.pointer.tokens.last ?? "")'?")
                }
        }
    }
}

extension JSON {
    /// The value without what the pointer names.
    fileprivate func removing(_ pointer: JSONPointer) -> JSON {
        guard let first = pointer.tokens.first else { return self }
        let rest = JSONPointer(Array(pointer.tokens.dropFirst()))
        switch self {
        case .object(var members):
            members[first] = rest.tokens.isEmpty ? nil : members[first]?.removing(rest)
            return .object(members)
        case .array(var elements):
            guard let index = JSONPointer.index(first), index < elements.count else { return self }
            // Elements behind it keep their places.
            elements[index] = rest.tokens.isEmpty ? .null : elements[index].removing(rest)
            return .array(elements)
        default: return self
        }
    }
}
