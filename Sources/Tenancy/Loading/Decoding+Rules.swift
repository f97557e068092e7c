import Formats

extension Blueprint.Rule {
    /// Those of `ready`, `replace` and `onConflict`.
    static func all(_ spec: Fields) -> [Blueprint.Rule] {
        let ready = spec["ready"].elements.compactMap { fields in
            Self(fields, .ready(when: fields["when"].marked, isRequired: fields["required"].bool ?? true))
        }
        let replace = spec["replace"].elements.compactMap { Self($0, .replace) }
        let conflicts = spec["onConflict"].elements.compactMap { fields -> Blueprint.Rule? in
            guard let path = fields["path"].text,
                let resolution = fields["then"].text.flatMap({ ConflictRule.Resolution(rawValue: $0) })
            else { return nil }
            return Self(fields, .conflict(ConflictRule(path: path, resolution: resolution)))
        }
        return ready + replace + conflicts
    }

    private init?(_ fields: Fields, _ content: Content) {
        guard let object = Blueprint.ObjectReference(fields) else { return nil }
        self.init(object: object, content: content)
    }
}

extension Blueprint.ObjectReference {
    init?(_ fields: Fields) {
        guard let kind = fields["kind"].text, let name = fields["name"].marked else { return nil }
        self.init(kind: kind, name: name)
    }
}

extension Blueprint.Action {
    init?(_ name: Marked<String>, _ fields: Fields) {
        guard let job = fields["job"].marked, let run = fields["run"].text.flatMap({ Run(rawValue: $0) }) else {
            return nil
        }
        self.init(
            name: name, job: job, run: run, needs: fields["needs"].elements.compactMap { .init($0) },
            inputs: fields["inputs"].members.map { ActionInput($0.key, $0.value) })
    }
}
