/// The labels and the field manager that mark an object as ours.
package enum Marks {
    package static let fieldManager = "reconcile"
    package static let managedBy = "app.kubernetes.io/managed-by"
    package static let managedByValue = "reconcile"
    package static let fleet = "reconcile.dev/fleet"
    package static let environment = "reconcile.dev/environment"
    package static let tenant = "reconcile.dev/tenant"
    /// The label of a Job that was run for an action of a blueprint.
    package static let action = "reconcile.dev/action"
    /// The label of the customer's own id, where the tenant's file has one.
    package static let tenantID = "reconcile.dev/tenant-id"
    /// The label of the person that an object of scope user was made for.
    package static let user = "reconcile.dev/user"

    /// All labels that say whose an object is.
    package static let labels = [managedBy, fleet, environment, tenant, tenantID, user, action]
}
