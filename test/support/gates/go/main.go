// Evaluates the gates of examples/gates with the engines of the tools that they are for: Argo Rollouts' web provider, Lua as Argo CD embeds it,
// and CEL as Flux embeds it. Reads one request as JSON from standard input and writes the response as JSON to standard output.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-rollouts/metricproviders/webmetric"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/analysis"
	"github.com/google/cel-go/cel"
	log "github.com/sirupsen/logrus"
	lua "github.com/yuin/gopher-lua"
	"sigs.k8s.io/yaml"
)

type request struct {
	// An AnalysisTemplate as YAML, and the arguments of the AnalysisRun.
	Template string                `json:"template"`
	Args     []v1alpha1.Argument   `json:"args"`
	// A health check of Argo CD in Lua.
	Lua string `json:"lua"`
	// Expressions of a health check of Flux by name.
	CEL map[string]string `json:"cel"`
	// The objects that Lua and CEL look at.
	Objects []map[string]any `json:"objects"`
}

type measurement struct {
	Metric  string `json:"metric"`
	Phase   string `json:"phase"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

func main() {
	var in request
	check(json.NewDecoder(os.Stdin).Decode(&in))
	var out any
	var err error
	switch {
	case in.Template != "":
		out, err = measure(in.Template, in.Args)
	case in.Lua != "":
		out, err = each(in.Objects, func(object map[string]any) (any, error) { return health(in.Lua, object) })
	default:
		out, err = each(in.Objects, func(object map[string]any) (any, error) { return evaluate(in.CEL, object) })
	}
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(out))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func each(objects []map[string]any, result func(map[string]any) (any, error)) ([]any, error) {
	out := []any{}
	for _, object := range objects {
		value, err := result(object)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	return out, nil
}

// measure validates the template like the controller, and takes one measurement of each of its web metrics.
func measure(text string, args []v1alpha1.Argument) ([]measurement, error) {
	var template v1alpha1.AnalysisTemplate
	if err := yaml.UnmarshalStrict([]byte(text), &template); err != nil {
		return nil, err
	}
	metrics := []v1alpha1.Metric{}
	for _, metric := range template.Spec.Metrics {
		resolved, err := analysis.ResolveMetricArgs(metric, args)
		if err != nil {
			return nil, err
		}
		metrics = append(metrics, *resolved)
	}
	if err := analysis.ValidateMetrics(metrics); err != nil {
		return nil, err
	}
	out := []measurement{}
	for _, metric := range metrics {
		if metric.Provider.Web == nil {
			continue
		}
		client, err := webmetric.NewWebMetricHttpClient(metric)
		if err != nil {
			return nil, err
		}
		parser, err := webmetric.NewWebMetricJsonParser(metric)
		if err != nil {
			return nil, err
		}
		provider := webmetric.NewWebMetricProvider(*log.NewEntry(log.StandardLogger()), client, parser)
		taken := provider.Run(&v1alpha1.AnalysisRun{}, metric)
		out = append(out, measurement{metric.Name, string(taken.Phase), taken.Value, taken.Message})
	}
	return out, nil
}

// health runs a health check without Lua's standard libraries but base and table, as Argo CD does by default.
func health(script string, object map[string]any) (any, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			return nil, err
		}
	}
	state.SetGlobal("obj", toLua(state, object))
	if err := state.DoString(script); err != nil {
		return nil, err
	}
	result, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return nil, fmt.Errorf("the check returned %s, not a table", state.Get(-1).Type())
	}
	return map[string]string{
		"status":  lua.LVAsString(result.RawGetString("status")),
		"message": lua.LVAsString(result.RawGetString("message")),
	}, nil
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case bool:
		return lua.LBool(v)
	case float64:
		return lua.LNumber(v)
	case string:
		return lua.LString(v)
	case []any:
		table := state.NewTable()
		for _, item := range v {
			table.Append(toLua(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range v {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	}
	return lua.LNil
}

// evaluate returns the value of each expression over an object, whose fields are the variables.
func evaluate(expressions map[string]string, object map[string]any) (any, error) {
	options := []cel.EnvOption{}
	for _, field := range []string{"apiVersion", "kind", "metadata", "spec", "status"} {
		options = append(options, cel.Variable(field, cel.DynType))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for name, expression := range expressions {
		ast, issues := env.Compile(expression)
		if issues.Err() != nil {
			return nil, issues.Err()
		}
		program, err := env.Program(ast)
		if err != nil {
			return nil, err
		}
		value, _, err := program.Eval(object)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = value.Value() == true
	}
	return out, nil
}
