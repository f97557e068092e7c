extension Plan {
    /// What somebody else changed, and nothing that the files newly ask for.
    package var drift: Plan {
        Plan(
            environment: environment, source: source,
            sections: sections.map { section in
                PlanSection(tenant: section.tenant, file: section.file, changes: section.changes.compactMap(\.drift))
            },
            gates: [], diagnostics: diagnostics)
    }
}

extension Change {
    /// The change with only that in it which is drift; nil where nothing is.
    fileprivate var drift: Change? {
        guard isDrift else { return nil }
        let (fields, memberships) = (fields.filter(\.isDrift), memberships.filter(\.isDrift))
        // What drifted as a whole, an object that is gone, has neither.
        let isWhole = fields.isEmpty && memberships.isEmpty
        return Change(
            address: address, action: action, title: title, tenant: tenant, source: source, reason: reason,
            fields: isWhole ? self.fields : fields, memberships: isWhole ? self.memberships : memberships, notes: notes,
            wave: wave, precondition: precondition, operation: operation, isDrift: true)
    }
}
