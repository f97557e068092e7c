package import Formats

extension FieldSchema {
    /// Everything about the value that does not fit, in the order of its members.
    ///
    /// As on the server, the first undeclared field ends the search in its object.
    package func problems(in value: JSON, allowsDuplicates: Bool = false) -> [SchemaProblem] {
        switch atom(of: value) {
        case .scalar: scalarProblem(in: value).map { [$0] } ?? []
        case .list(let kind): listProblems(in: value, kind, allowsDuplicates)
        case .map: mapProblems(in: value, allowsDuplicates)
        }
    }

    private func scalarProblem(in value: JSON) -> SchemaProblem? {
        switch (shape, value) {
        case (_, .null), (.any, _): nil
        case (.integer, .int), (.integer, .double), (.number, .int), (.number, .double): nil
        case (.integer, _), (.number, _):
            SchemaProblem("expected numeric (int or float), got \(GoFormat.typeName(value))")
        case (.boolean, .bool): nil
        case (.boolean, _): SchemaProblem("expected boolean, got &{\(GoFormat.plain(value))}")
        case (.quantity, .array), (.quantity, .object), (.time, .array), (.time, .object), (.microTime, .array),
            (.microTime, .object):
            SchemaProblem("expected any scalar, got &{\(GoFormat.plain(value))}")
        case (.quantity, _), (.time, _), (.microTime, _), (.intOrString, _), (_, .string): nil
        default: SchemaProblem("expected string, got &value.valueUnstructured{Value:\(GoFormat.typed(value))}")
        }
    }

    private func listProblems(in value: JSON, _ kind: ListKind, _ allowsDuplicates: Bool) -> [SchemaProblem] {
        if value.isNull { return [] }
        guard let elements = value.array else {
            return [SchemaProblem("expected list, got &{\(GoFormat.plain(value))}")]
        }
        var problems: [SchemaProblem] = []
        var seen: Set<PathElement> = []
        for (index, element) in elements.enumerated() {
            var path = PathElement.index(index)
            if kind != .atomic {
                do throws(SchemaProblem) { path = try self.element(element, of: kind) } catch {
                    problems.append(SchemaProblem("element \(index): \(error.message)"))
                    return problems
                }
                if !seen.insert(path).inserted, !allowsDuplicates {
                    problems.append(SchemaProblem("duplicate entries for key \(path.text)"))
                }
            }
            problems += elementOrAny.problems(in: element, allowsDuplicates: allowsDuplicates).map {
                $0.within(path.text)
            }
        }
        return problems
    }

    private func mapProblems(in value: JSON, _ allowsDuplicates: Bool) -> [SchemaProblem] {
        if value.isNull { return [] }
        guard let members = value.object else {
            return [SchemaProblem("expected map, got &{\(GoFormat.plain(value))}")]
        }
        var problems: [SchemaProblem] = []
        for member in members {
            let path = PathElement.field(member.key).text
            guard let schema = self.member(member.key) else {
                problems.append(SchemaProblem("field not declared in schema", at: path))
                break
            }
            problems += schema.problems(in: member.value, allowsDuplicates: allowsDuplicates).map { $0.within(path) }
        }
        return problems
    }
}
