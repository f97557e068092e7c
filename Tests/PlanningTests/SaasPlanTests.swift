import Formats
import Planning
import Tenancy
import Testing

@Suite struct SaasPlanTests {
    @Test func whatTheServerMakesOfTheExampleIsNoDifference() throws {
        let desired = try SaasExample.state()
        #expect(desired.tenants.flatMap(\.objects).count > 100)
        let world = World(applied: desired)
        #expect(world.objects.count == desired.tenants.flatMap(\.objects).count)
        let plan = Plan.make(desired: desired, live: world.state, source: Sample.source)
        #expect(plan.isEmpty, "\(plan.lines)")
    }
}
